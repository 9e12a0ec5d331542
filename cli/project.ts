import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { checkSettingsSchema } from "../topology/rules/index.js";
import { Failure } from "./failure.js";

const file = "pulumi-harper.json";
const schema = z.strictObject({ checks: checkSettingsSchema.optional() });

/** What a project says of itself to this command: `pulumi-harper.json` beside its Pulumi.yaml. */
export function readProject(): z.output<typeof schema> {
  if (!existsSync(file)) return {};
  const parsed = schema.safeParse(contentOf(file));
  if (parsed.success) return parsed.data;
  throw new Failure(
    `${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`,
  );
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Failure(`${path}: ${(error as Error).message}`);
  }
}
