import { isDeepStrictEqual } from "node:util";
import { cannotTell, HarperError } from "./operations-api";
import type { Context, Inputs, State } from "./resource";
import { hasUnknown } from "./unknown";

/** Whether the same or another instance is now declared in other words. */
export const isRenamed = (state: State, wanted: Inputs): boolean =>
  !hasUnknown(wanted.target) && !isDeepStrictEqual(state.target, wanted.target);

/** Whether the target is now another instance than the state was made on. Unreachable is not another. */
export async function isElsewhere(state: State, wanted: Inputs, { at, tell }: Context): Promise<boolean> {
  try {
    return (await at.client.nodeName()) !== state.instance;
  } catch (error) {
    if (!cannotTell(error)) throw error;
    if (isRenamed(state, wanted))
      tell("warning", `Whether the target is still the same instance could not be asked. ${error.message}`);
    return false;
  }
}

/** Never touches another instance than the one that the object was made on. */
export async function requireSame(state: State, { at }: Context): Promise<void> {
  const own = await at.client.nodeName();
  if (own === state.instance) return;
  throw new HarperError("identity", {
    operation: "cluster_status",
    instance: at.name,
    problem: `it reports "${own}", and the object was made on "${state.instance}"`,
    advice:
      "Nothing was changed. Check the endpoint in harper:instances; if that instance is gone for good, take the object out of the state with `pulumi state delete`.",
  });
}

/** Where an object was made: behind its target, or else behind the name of whichever instance reports that it is it. */
export async function whereMade(state: State, context: Context): Promise<Context> {
  if ((await context.at.client.nodeName()) === state.instance) return context;
  const made = await context.instances.reporting(state.instance);
  if (made) return { ...context, at: made };
  await requireSame(state, context);
  return context;
}

/** After these a state is kept as it is: nothing is known of the object, or of the instance. */
export const isUnverified = (error: unknown): error is HarperError =>
  cannotTell(error) || (error instanceof HarperError && (error.code === "identity" || error.operation === "target"));
