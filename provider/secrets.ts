import type { z } from "zod";
import { derived, hidden, withoutUserinfo } from "./operations-api";
import { type FieldShape, refName, shapeOf } from "./schema";

/** The properties among these that the schema has as secret. What holds a secret at any depth is secret as a whole. */
export function secretKeys(schema: z.ZodObject, values: Record<string, unknown>): string[] {
  const kinds = secretFields(schema);
  return Object.keys(values).filter((key) => {
    const kind = kinds.get(key);
    return kind === "always" || (kind !== undefined && typeof values[key] === "object");
  });
}

/** The same, but for lists that hold no secret at the moment: those can be shown. */
export function keysToMark(schema: z.ZodObject, values: Record<string, unknown>): string[] {
  const { properties = {}, $defs = {} } = shapeOf(schema);
  const isShown = (key: string) => Array.isArray(values[key]) && !carries(properties[key] ?? {}, values[key], $defs);
  return secretKeys(schema, values).filter((key) => !isShown(key));
}

/** Whether there is a value where the schema has a secret. */
function carries(shape: FieldShape, value: unknown, defs: Record<string, FieldShape>): boolean {
  if (value === undefined) return false;
  if (shape.secret) return true;
  const within = (inner: FieldShape | boolean | undefined, item: unknown) =>
    typeof inner === "object" && carries(inner, item, defs);
  if (shape.$ref) return within(defs[refName(shape.$ref)], value);
  if (shape.anyOf?.some((one) => within(one, value))) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) =>
    within(Array.isArray(value) ? shape.items : (shape.properties?.[key] ?? shape.additionalProperties), item),
  );
}

/** The same values with a word in place of what the schema has as secret, at any depth. */
export function withoutSecrets(schema: z.ZodObject, values: Record<string, unknown>): Record<string, unknown> {
  const shape = shapeOf(schema);
  return shown(shape, values, shape.$defs ?? {}) as Record<string, unknown>;
}

function shown(shape: FieldShape | boolean | undefined, value: unknown, defs: Record<string, FieldShape>): unknown {
  if (typeof shape !== "object" || value === undefined || value === null) return value;
  if (shape.secret) return hidden;
  if (shape.$ref) return shown(defs[refName(shape.$ref)], value, defs);
  if (shape.anyOf) return shape.anyOf.reduce<unknown>((rest, one) => shown(one, rest, defs), value);
  if (Array.isArray(value)) return value.map((item) => shown(shape.items, item, defs));
  if (typeof value !== "object") return value;
  const { properties = {}, additionalProperties } = shape;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    shown(properties[key] ?? additionalProperties, item, defs),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Failures as an engine may be told them. It prints the value of a property that is named without a path below it, in
 * clear: so what may be a secret is named in the reason. A property that is not there may be a misspelt one, and what has
 * an @ may be an address with credentials.
 */
export function withoutValues<F extends { property: string; reason: string }>(
  failures: readonly F[],
  schema: z.ZodObject,
  values: Record<string, unknown>,
): F[] {
  const secrets = new Set(secretKeys(schema, values));
  return failures.map((failure) => {
    const { property } = failure;
    const reason = withoutUserinfo(failure.reason);
    const mayBe = secrets.has(property) || (JSON.stringify(values[property]) ?? "").includes("@");
    const isHarmless = /[.[]/.test(property) || (Object.hasOwn(schema.shape, property) && !mayBe);
    return isHarmless ? { ...failure, reason } : { ...failure, property: "", reason: `${property} ${reason}`.trim() };
  });
}

/** Which fields are secret, and which are where they hold an object. */
const secretFields = derived((schema: z.ZodObject): Map<string, "always" | "as an object"> => {
  const { properties = {}, $defs = {} } = shapeOf(schema);
  const holds = (shape: FieldShape): boolean => {
    const named = shape.$ref ? $defs[refName(shape.$ref)] : undefined;
    const inner = [named, shape.items, shape.additionalProperties, ...(shape.anyOf ?? [])];
    const members = Object.values(shape.properties ?? {});
    return shape.secret === true || [...inner, ...members].some((one) => typeof one === "object" && holds(one));
  };
  const entries = Object.entries(properties).filter(([, shape]) => holds(shape));
  return new Map(entries.map(([key, { secret }]) => [key, secret ? "always" : "as an object"]));
});
