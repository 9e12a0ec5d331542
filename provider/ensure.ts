import { shown } from "./adoption";
import { withoutUndefined } from "./check";
import { diffFields } from "./diff";
import { begin, HarperError } from "./operations-api";
import type { Context, Inputs, Resource, State } from "./resource";
import { outputsIn } from "./states";

/** Made in part: what is there is in `state`, so that nothing is lost and the next `up` completes it. */
export class PartialFailure extends Error {
  readonly id: string;
  readonly state: Record<string, unknown>;

  constructor(id: string, state: Record<string, unknown>, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.state = state;
  }
}

/** Observe → ensure → sync → return. `before` is what was there, `known` what the state had. */
export async function ensure(
  resource: Resource,
  wanted: Inputs,
  before: State | undefined,
  context: Context,
  known = before,
): Promise<State> {
  // What was declared before is not known of what is declared now.
  const like = before ? { ...outputsIn(resource, before), ...wanted } : wanted;
  const incomplete = (there: State | undefined, error: unknown) =>
    there ? new PartialFailure(resource.id(there), withoutUndefined(there), error) : error;
  begin();
  try {
    await resource.write(wanted, before, context);
  } catch (error) {
    // What somebody else made meanwhile is not ours.
    if (!known && error instanceof HarperError && error.code === "exists") throw error;
    throw incomplete((await resource.observe(like, context).catch(() => undefined)) ?? known, error);
  }
  const state = await resource.observe(like, context).catch((error: unknown) => {
    throw incomplete(known, error);
  });
  const operation = `write ${resource.name}`;
  const instance = context.at.name;
  if (!state)
    throw incomplete(known, new HarperError("notApplied", { operation, instance, problem: "it is not there" }));
  const { changed } = diffFields(resource.inputs, state, wanted);
  if (changed.length > 0) {
    const problem = `${changed.map((key) => `${key} is ${shown(state[key])} instead of ${shown(wanted[key])}`).join("; ")}`;
    throw incomplete(state, new HarperError("notApplied", { operation, instance, problem }));
  }
  return withoutUndefined(state);
}
