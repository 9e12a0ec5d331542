import type { Instance } from "../instances";
import { cannotTell, HarperError } from "../operations-api";
import type { Context, Fail } from "../resource";

/** Explicit edges are gone in Harper 5: fails the property where either end, as far as it can be asked, is one. */
export async function requireExplicitEdges(
  at: Instance,
  peer: Instance | undefined,
  property: string,
  fail: Fail,
): Promise<void> {
  const [here, there] = await Promise.all([at.client.version().catch(untold), peer && versionOf(peer)]);
  const [five, other] = isV5(here) ? [`Harper ${here} on ${at.name}`, ""] : [`Harper ${there} on ${peer?.name}`, here];
  if (!isV5(here) && !isV5(there)) return;
  const mixed = other && `; ${at.name} is Harper ${other}`;
  fail(property, `${five} has no update_node and no longer honours explicit subscriptions${mixed}`);
}

/** Harper 5 has no operations for routes: they are part of its configuration file. */
export async function requireRouteOperations(at: Instance, property: string, fail: Fail): Promise<void> {
  const version = await at.client.version().catch(untold);
  if (isV5(version))
    fail(
      property,
      `Harper ${version} on ${at.name} has no cluster_set_routes, cluster_get_routes and cluster_delete_routes: it takes routes from its configuration file only`,
    );
}

/** Two major versions that are to replicate with each other; undefined where they are one, or not known. */
export async function mixture(at: Instance, peer: Instance | undefined): Promise<string | undefined> {
  const [here, there] = await Promise.all([versionOf(at), peer && versionOf(peer)]);
  if (!here || !there || isV5(here) === isV5(there)) return undefined;
  return `${at.name} is Harper ${here} and ${peer?.name} is Harper ${there}`;
}

/** Said when the first of them is made, not at every preview of what was decided long ago. */
export function warnOfExplicitEdges({ tell }: Pick<Context, "tell">): void {
  tell("warning", "Harper advises against explicit subscriptions, and its version 5 no longer honours them.");
}

const isV5 = (version = ""): boolean => Number.parseInt(version, 10) >= 5;

/** Nothing hangs on the version of who cannot be asked: what its Harper does not have, it says when it is called. */
async function versionOf(instance: Instance): Promise<string | undefined> {
  try {
    return await instance.client.version();
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") return untold(error);
    return undefined;
  }
}

/** An instance that answers, but not this question. */
function untold(error: unknown): undefined {
  const silent = error instanceof HarperError && ["unsupportedOperation", "invalid", "forbidden"].includes(error.code);
  if (!silent) throw error;
}
