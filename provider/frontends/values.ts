import { unknown } from "../unknown";

/** How Pulumi's engine writes a value that is not known yet. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The key by which an object is an envelope, and what kinds of it there are. */
const envelopeKey = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";
const outputKind = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

type Properties = Record<string, unknown>;

/** The engine's values as the core has them: without envelopes, and without keys of the engine's own (`__provider`, `__defaults`). */
export function fromEngine(value: unknown): unknown {
  if (value === unknownText) return unknown;
  if (Array.isArray(value)) return value.map(fromEngine);
  if (typeof value !== "object" || value === null) return value;
  if (isEnvelope(value)) return Object.hasOwn(value, "value") ? fromEngine((value as Properties).value) : unknown;
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

/** The properties in which something is secret, at whatever depth. */
export const secretsIn = (properties: Properties): string[] =>
  Object.keys(properties).filter((key) => hasSecret(properties[key]));

/** Properties for the engine, with these marked as secret. */
export const withSecrets = (properties: Properties, secrets: Iterable<string>): Properties => {
  const marked = toEngine(properties) as Properties;
  for (const key of secrets)
    if (Object.hasOwn(marked, key)) marked[key] = { [envelopeKey]: secretKind, value: marked[key] };
  return marked;
};

function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isEnvelope(value)) {
    const { [envelopeKey]: kind, secret, value: inner } = value as Properties;
    if (kind === secretKind || (kind === outputKind && secret === true)) return true;
    return hasSecret(inner);
  }
  return Object.values(value).some(hasSecret);
}

/** Assets and references to resources are envelopes, too; nothing here takes those, and validation says so. */
function isEnvelope(value: object): boolean {
  const kind = Object.hasOwn(value, envelopeKey) ? (value as Properties)[envelopeKey] : undefined;
  return kind === secretKind || kind === outputKind;
}
