import { shown } from "./adoption";
import { Again } from "./again";
import { withoutUndefined } from "./check";
import { diffFields, driftIn } from "./diff";
import { cannotTell, HarperError, hasBegun, whoWasAway } from "./operations-api";
import { becomes } from "./poll";
import type { Context, Inputs, Resource, State } from "./resource";
import { outputsIn, writeOnlyIn } from "./states";

/** How long a peer may take to have its half of what was written. */
const settleMs = 5000;

/** Made in part: what is there is in `state`, so that nothing is lost and the next `up` completes it. */
export class PartialFailure extends Error {
  readonly id: string;
  // Not to be printed with the error: a target may be in it, with its password.
  readonly #state: Record<string, unknown>;

  constructor(id: string, state: Record<string, unknown>, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.#state = state;
  }

  get state(): Record<string, unknown> {
    return this.#state;
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
  /** It may be there, and cannot be seen: better in the state and not there than the other way round. */
  const assumed = async (): Promise<State | undefined> => {
    const instance = await context.at.client.nodeName().catch(() => undefined);
    const hidden = writeOnlyIn(resource, wanted);
    const declared = Object.fromEntries(Object.entries(wanted).filter(([key]) => !Object.hasOwn(hidden, key)));
    return instance === undefined ? undefined : { ...declared, ...resource.assume?.(wanted), instance };
  };
  const again = new Again(context, resource.peer?.(like));
  let said: Partial<State> | undefined;
  for (let [there, isWritten] = [before, false]; ; ) {
    try {
      said = await resource.write(wanted, there, isWritten ? { ...context, isWritten } : context);
      break;
    } catch (error) {
      if (resource.barrier) throw error;
      // What somebody else made meanwhile is not ours.
      if (!known && error instanceof HarperError && error.code === "exists") throw error;
      let isAgain = await again.after(error);
      // Nothing was sent, so that nothing has changed.
      if (!isAgain && !hasBegun()) throw again.last(error);
      const look =
        isAgain && whoWasAway(error) === "target"
          ? settled(resource, wanted, like, context)
          : resource.observe(like, context);
      there = await look.catch(() => {
        isAgain = false;
        return known ?? (cannotTell(error) ? assumed() : undefined);
      });
      if (!isAgain || (there && isUnseen(resource, there, context)))
        throw incomplete(there ?? known, again.last(error));
      isWritten = there !== undefined && isAsWanted(resource, there, wanted);
    }
  }
  const state = await resource.observe({ ...like, ...said }, context).catch(async (error: unknown) => {
    throw incomplete(known ?? (await assumed()), error);
  });
  const operation = `write ${resource.name}`;
  const instance = context.at.name;
  if (!state)
    throw incomplete(known, new HarperError("notApplied", { operation, instance, problem: "it is not there" }));
  const { changed } = diffFields(resource.inputs, state, wanted);
  if (changed.length > 0) {
    const problem = `${changed.map((key) => `${key} is ${shown(resource, key, state)} instead of ${shown(resource, key, wanted)}`).join("; ")}`;
    throw incomplete(state, new HarperError("notApplied", { operation, instance, problem }));
  }
  return withoutUndefined(state);
}

/** As it is observed when both ends have had the time to agree on a write whose answer was lost. */
async function settled(resource: Resource, wanted: Inputs, like: State | Inputs, context: Context) {
  const { at, instances } = context;
  let there: State | undefined;
  await becomes(at.client, `write ${resource.name}`, settleMs, async () => {
    at.client.forget();
    instances.reported(resource.peer?.(like) ?? "")?.client.forget();
    there = await resource.observe(like as State, context);
    return (
      !there || isAsWanted(resource, there, wanted) || diffFields(resource.inputs, there, wanted).changed.length > 0
    );
  });
  return there;
}

/** Whether it is there as it is declared, on both ends. */
export const isAsWanted = (resource: Resource, there: State, wanted: Inputs): boolean =>
  driftIn(resource.outputs, there).changed.length === 0 &&
  diffFields(resource.inputs, there, wanted).changed.length === 0;

/** Whether the other end could be asked before, and not now: what was done there is not known. */
function isUnseen(resource: Resource, there: State, { instances }: Context): boolean {
  const peer = resource.peer?.(there);
  return there.mirror === "not seen" && peer !== undefined && instances.reported(peer) !== undefined;
}
