import { z } from "zod";
import { configSchema } from "./config";
import { functions } from "./functions";
import { derived } from "./operations-api";
import { resources } from "./resources";

/** What JSON Schema says of one field; only the words that the generators read. */
export interface FieldShape {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  items?: FieldShape;
  anyOf?: FieldShape[];
  additionalProperties?: FieldShape | boolean;
  properties?: Record<string, FieldShape>;
  required?: string[];
  $ref?: string;
  $defs?: Record<string, FieldShape>;
  secret?: boolean;
  writeOnly?: boolean;
  settingOnly?: boolean;
  replaceOnChanges?: unknown;
}

/** A Zod object as plain data; functions in the metadata are left out. */
export const shapeOf = derived(
  (schema: z.ZodObject): FieldShape =>
    JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }))),
);

const token = (name: string) => `harper:index:${name}`;

/** The Pulumi package schema, out of the same declarations that validate. */
export function packageSchema(version: string): Record<string, unknown> {
  const types: Record<string, unknown> = {};
  const property = (key: string, shape: FieldShape): Record<string, unknown> => {
    const { description, secret, enum: values } = shape;
    const named = values && token(key.charAt(0).toUpperCase() + key.slice(1));
    if (named) types[named] = { type: "string", description, enum: values.map((value) => ({ value })) };
    return {
      ...(named ? { $ref: `#/types/${named}` } : typeOf(shape)),
      ...(description ? { description } : {}),
      ...(shape.default !== undefined && typeof shape.default !== "object" ? { default: shape.default } : {}),
      ...(secret ? { secret: true } : {}),
      ...(shape.replaceOnChanges ? { willReplaceOnChanges: true } : {}),
    };
  };
  const properties = (shape: FieldShape) =>
    Object.fromEntries(Object.entries(shape.properties ?? {}).map(([key, field]) => [key, property(key, field)]));
  const define = (defs: Record<string, FieldShape> = {}) => {
    for (const [name, shape] of Object.entries(defs))
      types[token(name)] = {
        type: "object",
        description: shape.description,
        properties: properties(shape),
        required: shape.required ?? [],
      };
  };

  const config = shapeOf(configSchema);
  define(config.$defs);
  const described = Object.entries(resources).map(([name, { inputs, outputs, description }]) => {
    const input = shapeOf(inputs);
    const output = shapeOf(outputs);
    define(input.$defs);
    define(output.$defs);
    return [
      token(name),
      {
        description,
        inputProperties: properties(input),
        requiredInputs: input.required ?? [],
        properties: { ...properties(input), ...properties(output) },
        required: [...new Set([...(input.required ?? []), ...(output.required ?? [])])],
      },
    ] as const;
  });
  const asked = Object.values(functions).map(({ name, inputs, outputs, description }) => {
    const [input, output] = [shapeOf(inputs), shapeOf(outputs)];
    define(input.$defs);
    define(output.$defs);
    const object = (shape: FieldShape) => ({ properties: properties(shape), required: shape.required ?? [] });
    return [token(name), { description, inputs: object(input), outputs: object(output) }] as const;
  });
  return {
    name: "harper",
    displayName: "Harper",
    version,
    description: "The shape of a Harper (HarperDB) cluster in code: nodes, subscriptions and routes.",
    keywords: ["pulumi", "harper", "harperdb", "category/database", "kind/native"],
    license: "Apache-2.0",
    publisher: "pulumi-harper",
    // Generated SDKs carry the version, and are complete packages.
    meta: { supportPack: true },
    config: { variables: properties(config) },
    provider: { inputProperties: properties(config) },
    types,
    resources: Object.fromEntries(described),
    functions: Object.fromEntries(asked),
  };
}

/** The name behind `#/$defs/Edge`. */
export const refName = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

/** A JSON Schema type as Pulumi's schema has it. */
function typeOf(shape: FieldShape): Record<string, unknown> {
  if (shape.$ref) return { $ref: `#/types/${token(refName(shape.$ref))}` };
  if (shape.anyOf) return { oneOf: shape.anyOf.map(typeOf) };
  if (shape.type === "array") return { type: "array", items: typeOf(shape.items ?? {}) };
  if (shape.type === "object")
    return {
      type: "object",
      additionalProperties:
        typeof shape.additionalProperties === "object"
          ? typeOf(shape.additionalProperties)
          : { $ref: "pulumi.json#/Any" },
    };
  return shape.type ? { type: shape.type } : { $ref: "pulumi.json#/Any" };
}
