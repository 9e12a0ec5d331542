import { unknown } from "../unknown";

/** How Pulumi's engine writes a value that is not known yet, to providers that speak JSON. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's values as the core has them. Keys of the engine's own (`__provider`, `__defaults`) are left out. */
export function fromEngine(value: unknown): unknown {
  if (value === unknownText) return unknown;
  if (Array.isArray(value)) return value.map(fromEngine);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, item]) => [key, fromEngine(item)]));
}

/** The core's values as the engine takes them: without anything undefined, at any depth. */
export function toEngine(value: unknown): unknown {
  if (value === unknown) return unknownText;
  if (Array.isArray(value)) return value.map(toEngine);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, toEngine(item)]));
}
