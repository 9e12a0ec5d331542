import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { FieldDiff } from "./diff";
import { pathOf } from "./paths";
import { hasUnknown } from "./unknown";

export type DiffKind = "add" | "delete" | "update";
type Path = (string | number)[];
type Note = (path: Path, kind: DiffKind) => void;

/**
 * Where exactly the fields differ, by Pulumi's paths: what is gone at its place in the state, what is new at its place in
 * what is wanted. The elements of a set (`keyOf`) are compared by their key, so one more edge is one line.
 */
export function detailedDiff(
  inputs: z.ZodObject,
  state: Record<string, unknown>,
  wanted: Record<string, unknown>,
  { changed, replaces }: FieldDiff,
): Map<string, { kind: DiffKind; replace: boolean }> {
  const found = new Map<string, { kind: DiffKind; replace: boolean }>();
  for (const key of new Set(changed)) {
    const replace = replaces.includes(key);
    const note: Note = (path, kind) => {
      const text = pathOf(path);
      const other = found.get(text)?.kind;
      found.set(text, { kind: other && other !== kind ? "update" : kind, replace });
    };
    const { keyOf, secret, settingOnly } = inputs.shape[key]?.meta() ?? {};
    const [old, now] = [state[key], wanted[key]];
    if (keyOf && Array.isArray(old) && Array.isArray(now)) compareSets([key], old, now, keyOf, note);
    // An output that says of itself that it has drifted.
    else if (!Object.hasOwn(inputs.shape, key)) note([key], "update");
    // A connection is not taken apart: it carries credentials.
    else if (secret || settingOnly) note([key], kindOf(old, now));
    else compare([key], old, now, note);
    // What differs in spelling only, or has to be seen to again.
    if (![...found.keys()].some((path) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`)))
      note([key], "update");
  }
  return found;
}

const kindOf = (old: unknown, now: unknown): DiffKind =>
  old === undefined ? "add" : now === undefined ? "delete" : "update";

function compare(path: Path, old: unknown, now: unknown, note: Note): void {
  if (isDeepStrictEqual(old, now)) return;
  if (!isObject(old) || !isObject(now) || Array.isArray(old) !== Array.isArray(now)) {
    note(path, kindOf(old, now));
    return;
  }
  const keys = Array.isArray(old)
    ? Array.from({ length: Math.max(old.length, (now as unknown[]).length) }, (_, index) => index)
    : new Set([...Object.keys(old), ...Object.keys(now)]);
  for (const key of keys) compare([...path, key], member(old, key), member(now, key), note);
}

function compareSets(
  path: Path,
  old: unknown[],
  now: unknown[],
  keyOf: (element: unknown) => string,
  note: Note,
): void {
  const keyed = (elements: unknown[]) => elements.map((element) => (hasUnknown(element) ? element : keyOf(element)));
  const [before, after] = [keyed(old), keyed(now)];
  for (const [index, element] of old.entries()) {
    const place = after.indexOf(before[index]);
    if (place === index) compare([...path, index], element, now[index], note);
    else if (place < 0 || !isDeepStrictEqual(element, now[place])) note([...path, index], "delete");
  }
  for (const [index, element] of now.entries()) {
    const place = before.indexOf(after[index]);
    if (place < 0 || (place !== index && !isDeepStrictEqual(old[place], element))) note([...path, index], "add");
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const member = (of: object, key: string | number): unknown =>
  Object.hasOwn(of, key) ? (of as Record<string | number, unknown>)[key] : undefined;
