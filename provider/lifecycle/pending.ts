import { cannotTell, HarperError } from "../operations-api";
import type { Context, Inputs, Resource, State } from "../resource";

/** Says what is stored but not yet true. */
export async function tellPending(resource: Resource, state: State, context: Context): Promise<void> {
  try {
    for (const text of (await resource.pending?.(state, context)) ?? []) context.tell("warning", text, "instance");
  } catch (error) {
    if (!(error instanceof HarperError)) throw error;
    context.tell("warning", `Whether rows flow as declared could not be asked. ${error.message}`, "instance");
  }
}

/** Fields that are as declared, but have to be seen to again; none where the instance cannot be asked. */
export const overdueFields = (resource: Resource, state: State, wanted: Inputs, context: Context): Promise<string[]> =>
  whereTold(async () => (await resource.overdue?.(state, wanted, context)) ?? []);

/**
 * What tells an object from others, where it is gone since its state was read: a Node that is replaced takes the edges of
 * its Subscriptions along, and Pulumi deletes a Node before it compares them.
 */
export const lostFields = (resource: Resource, state: State, wanted: Inputs, context: Context): Promise<string[]> =>
  whereTold(async () => {
    if (await resource.observe(state, context)) return [];
    const { shape } = resource.inputs;
    return Object.keys(wanted).filter((key) => shape[key]?.meta()?.replaceOnChanges === true);
  });

async function whereTold(ask: () => Promise<string[]>): Promise<string[]> {
  try {
    return await ask();
  } catch (error) {
    if (cannotTell(error)) return [];
    throw error;
  }
}
