/** A value that is known only after something else was made: front ends put it where their engine says so. */
export const unknown: unique symbol = Symbol("unknown");

/** Whether anything in the value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}
