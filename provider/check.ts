import type { z } from "zod";
import { parsed } from "./parsed";
import { pathOf } from "./paths";
import type { Fail, ResourceDefinition } from "./resource";
import { hasUnknown, valueAt } from "./unknown";

export interface CheckFailure {
  property: string;
  reason: string;
}

/**
 * Validates inputs field by field and fills in defaults. What is not known yet passes: Zod would refuse it where a
 * number is wanted, so an issue at or above an unknown does not count.
 */
export function checkInputs(
  resource: Pick<ResourceDefinition, "inputs" | "name"> & Partial<Pick<ResourceDefinition, "rules" | "complete">>,
  raw: Record<string, unknown>,
) {
  const failures: CheckFailure[] = [];
  const fail: Fail = (property, reason) => failures.push({ property, reason });
  const inputs: Record<string, unknown> = {};
  const shape = resource.inputs.shape as Record<string, z.ZodType>;

  for (const key of Object.keys(raw)) {
    if (!Object.hasOwn(shape, key))
      fail(key, `is not a property of ${resource.name} (it has ${Object.keys(shape).join(", ")})`);
  }
  for (const [key, field] of Object.entries(shape)) {
    const value = Object.hasOwn(raw, key) ? (raw[key] ?? undefined) : undefined;
    const found = parsed(field, value);
    if (found.success) inputs[key] = found.data;
    else {
      inputs[key] = value;
      for (const issue of found.error.issues.flatMap(deepest)) {
        if (!hasUnknown(valueAt(value, issue.path)))
          fail(pathOf([key, ...issue.path]), valueAt(value, issue.path) === undefined ? "is required" : issue.message);
      }
    }
  }
  if (failures.length === 0) resource.rules?.(inputs, fail);
  if (failures.length === 0) resource.complete?.(inputs);
  return { inputs: withoutUndefined(inputs), failures };
}

/** What the program calls a property of completed inputs: a Route's `url` may have been given as `hostname`. */
export function givenAs(property: string, inputs: Record<string, unknown>, raw: Record<string, unknown>): string {
  const instead = Object.keys(raw).find((key) => raw[key] !== undefined && !(key in inputs));
  return property in inputs && raw[property] === undefined ? (instead ?? property) : property;
}

/** Of a union's issue, the issues of the member that got furthest: they name the property that is really wrong. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const nested = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const best = nested.toSorted((one, other) => depth(other) - depth(one))[0];
  return best && depth(best) > issue.path.length ? best.flatMap(deepest) : [issue];
}

/** Without keys that are undefined: front ends cannot carry them. */
export const withoutUndefined = <T extends Record<string, unknown>>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
