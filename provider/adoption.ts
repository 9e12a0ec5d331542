import type { z } from "zod";
import { diffFields } from "./diff";
import { HarperError } from "./operations-api";
import type { Context, Inputs, Resource, State } from "./resource";

/** The value of a field in a message: what is secret is write-only, and never compared or shown. */
export function shown({ inputs }: Resource, key: string, values: Record<string, unknown>): string {
  const { shown: inPart } = (inputs.shape[key] as z.ZodType | undefined)?.meta() ?? {};
  return JSON.stringify(inPart ? inPart(values[key]) : values[key]) ?? "not set";
}

/** Create met what is there already: says that it is taken over, or throws `exists` where it must not be. */
export function takeOver(
  resource: Resource,
  before: State,
  wanted: Inputs,
  { at, tell }: Context,
): "identical" | "different" {
  const { adopt = "identical" } = wanted;
  const declared = resource.partThere?.(before, wanted) ?? wanted;
  const { changed } = diffFields(resource.inputs, before, declared);
  const id = resource.id(before);
  const others = resource.undeclared?.(before, wanted) ?? [];
  const identical = changed.length === 0 && others.length === 0;
  if (adopt === "always" || (adopt === "identical" && identical)) {
    tell(
      "info",
      `${resource.name} ${id} is there already: adopted, ${identical ? "it is as declared" : `${[...changed, ...others].join(", ")} will be changed`}.`,
    );
    return identical ? "identical" : "different";
  }
  const fields = changed.map(
    (key) => `${key} is ${shown(resource, key, before)}, declared is ${shown(resource, key, wanted)}`,
  );
  const differs = [...fields, ...(others.length > 0 ? [`${others.join(", ")} is there and not declared`] : [])].join(
    "; ",
  );
  throw new HarperError("exists", {
    operation: `create ${resource.name} ${id}`,
    instance: at.name,
    problem: identical ? 'it is there already, and adopt is "never"' : `it is there already and differs: ${differs}`,
    advice: identical
      ? 'Set adopt: "identical" to take it over.'
      : 'Declare it as it is, or set adopt: "always" to take it over and change it.',
  });
}

/** What a preview of something new can know: that `up` will take over what is there, or will refuse it. */
export async function tellWhatIsThere(
  resource: Resource,
  wanted: Inputs,
  context: Context,
  isLeaving: (there: State) => boolean,
): Promise<void> {
  try {
    const before = await resource.observe(wanted, context);
    if (before && !isLeaving(before)) takeOver(resource, before, wanted, context);
  } catch (error) {
    if (!(error instanceof HarperError)) throw error;
    // Not an error yet: the engine may be about to take away what is there.
    if (error.code === "exists") context.tell("warning", `\`up\` would fail: ${error.message}`);
  }
}
