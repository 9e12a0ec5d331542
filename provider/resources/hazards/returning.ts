import type { Instance } from "../../instances";
import { addressOf, cannotTell, HarperError } from "../../operations-api";
import type { Context } from "../../resource";

/**
 * To be called when a node was removed: routes on the target, or on another member that can be asked, that still lead to
 * it. A start dials them, and the two are peers again where the other end has kept its record.
 */
export async function tellOfReturning(
  { name, address }: { name: string; address: string },
  { at, instances, tell }: Context,
): Promise<void> {
  const route = addressOf(address);
  const leaver = await instances.reporting(name);
  for (const instance of await membersOf(at, instances)) {
    try {
      if ((await instance.client.storedRoutes()).every((stored) => addressOf(stored) !== route)) continue;
      if (await hasForgotten(leaver, instance))
        tell(
          "info",
          `${instance.name} still has the route ${route}: it dials ${name} in vain, which has no record of it.`,
        );
      else
        tell(
          "warning",
          `${instance.name} still has the route ${route}, which brings the removed node back at its next start, with all that it wrote since, unless it is deleted, too, or ${name} has no record of ${instance.name} any more.`,
        );
    } catch (error) {
      // The node is removed all the same.
      if (!(error instanceof HarperError)) throw error;
      const what = `Whether a route brings ${name} back at the next start of ${instance.name} could not be asked.`;
      tell("warning", `${what} ${error.message}`);
    }
  }
}

/** The target, and its fully replicating peers. */
async function membersOf(at: Instance, instances: Context["instances"]): Promise<Instance[]> {
  try {
    const [rows, own] = await Promise.all([at.client.nodes(), at.client.nodeName()]);
    const names = rows.filter((row) => row.full && row.name !== own).map((row) => row.name);
    const others = await Promise.all(names.map((member) => instances.reporting(member)));
    return [at, ...others.filter((other) => other !== undefined)];
  } catch (error) {
    if (!cannotTell(error)) throw error;
    return [at];
  }
}

async function hasForgotten(leaver: Instance | undefined, instance: Instance): Promise<boolean> {
  if (!leaver) return false;
  const own = await instance.client.nodeName();
  return (await leaver.client.nodes()).every((row) => row.name !== own);
}
