import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { hasUnknown } from "./unknown";

/** The differences between a state and what is wanted, by field. */
export interface FieldDiff {
  changed: string[];
  replaces: string[];
}

/**
 * Compares field by field as the schema's metadata says. Write-only fields and settings are never a difference, and
 * what is not set is not managed.
 */
export function diffFields(
  inputs: z.ZodObject,
  state: Record<string, unknown>,
  wanted: Record<string, unknown>,
): FieldDiff {
  const diff: FieldDiff = { changed: [], replaces: [] };
  for (const [key, field] of Object.entries(inputs.shape as Record<string, z.ZodType>)) {
    const meta = field.meta() ?? {};
    if (meta.writeOnly || meta.settingOnly) continue;
    const { sameAs = (old, value) => value === undefined || isDeepStrictEqual(old, value) } = meta;
    if (hasUnknown(wanted[key])) {
      // Shown as a change, not as a replacement: an update of the object it comes from makes it unknown, too.
      diff.changed.push(key);
      continue;
    }
    if (sameAs(state[key], wanted[key], state)) continue;
    diff.changed.push(key);
    const { replaceOnChanges } = meta;
    if (typeof replaceOnChanges === "function" ? replaceOnChanges(state[key], wanted[key]) : replaceOnChanges)
      diff.replaces.push(key);
  }
  return diff;
}

/** The outputs which say of themselves that the object is not as declared. */
export function driftIn(outputs: z.ZodObject, state: Record<string, unknown>): FieldDiff {
  const drifts = Object.entries(outputs.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const drift = field.meta()?.drift?.(state[key]);
    return drift ? [{ key, drift }] : [];
  });
  const changed = drifts.map(({ key }) => key);
  return { changed, replaces: drifts.flatMap(({ key, drift }) => (drift === "replace" ? [key] : [])) };
}
