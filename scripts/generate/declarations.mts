import { createRequire } from "node:module";
import type { FieldShape } from "../../provider/schema.ts";

const require = createRequire(import.meta.url);
const { refName, shapeOf } = require("../../dist/provider/schema.js") as typeof import("../../provider/schema.ts");
const { resources } =
  require("../../dist/provider/resources/index.js") as typeof import("../../provider/resources/index.ts");
const { configSchema, variableOf } =
  require("../../dist/provider/config.js") as typeof import("../../provider/config.ts");
const { functions } =
  require("../../dist/provider/functions/index.js") as typeof import("../../provider/functions/index.ts");
const { idForms } =
  require("../../dist/provider/lifecycle/import.js") as typeof import("../../provider/lifecycle/import.ts");
const { errorCodes } =
  require("../../dist/provider/operations-api/errors.js") as typeof import("../../provider/operations-api/errors.ts");

export const config: FieldShape = shapeOf(configSchema);
export const codes: Record<string, string> = errorCodes;
export const described = Object.entries(resources).map(([name, { inputs, outputs, description, idForms: forms }]) => ({
  name,
  description,
  inputs: shapeOf(inputs),
  outputs: shapeOf(outputs),
  ids: idForms({ idForms: forms }),
}));
export const asked = Object.values(functions).map(({ name, inputs, outputs, description }) => ({
  name,
  description,
  inputs: shapeOf(inputs),
  outputs: shapeOf(outputs),
}));

/** Types that several fields share, by name. */
export const shared: Record<string, FieldShape> = Object.assign(
  {},
  config.$defs,
  ...described.map(({ inputs }) => inputs.$defs ?? {}),
);

/** Types that only outputs and answers of functions have. */
export const answered: Record<string, FieldShape> = Object.fromEntries(
  [...described, ...asked]
    .flatMap(({ outputs }) => Object.entries(outputs.$defs ?? {}))
    .filter(([name]) => !Object.hasOwn(shared, name)),
);

export type { FieldShape };
export { refName, variableOf };
