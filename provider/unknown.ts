/** A value that is known only after something else was made: front ends put it where their engine says so. */
export const unknown: unique symbol = Symbol("unknown");

/** Whether anything in the value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** Without the fields in which something is not known yet. */
export const knownOf = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => !hasUnknown(item))) as Partial<T>;

/** What lies at a path; below what is not known, nothing is. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const key of path) {
    if (here === unknown) return unknown;
    here = Object(here)[key];
  }
  return here;
}
