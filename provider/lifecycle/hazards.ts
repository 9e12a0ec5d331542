import { HarperError } from "../operations-api";
import type { Changing, Inputs, Resource, State } from "../resource";
import { knownOf } from "../unknown";

/** Says what a change may do. That nobody could be asked stops no preview. */
export async function tellHazards(
  resource: Resource,
  wanted: Inputs,
  before: State | undefined,
  context: Changing,
): Promise<void> {
  try {
    await resource.hazards?.(knownOf(wanted), before, context);
  } catch (error) {
    if (!(error instanceof HarperError) || error.code === "cancelled") throw error;
    const text = `What a change means for rows that are there already could not be asked. ${error.message}`;
    context.tell("warning", text, "instance");
  }
}
