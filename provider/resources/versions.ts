import type { Instance } from "../instances";
import type { Context, Fail } from "../resource";

/** Explicit edges are gone in Harper 5: fails the property where the instance is one. */
export async function requireExplicitEdges(at: Instance, property: string, fail: Fail): Promise<void> {
  if (await isV5(at))
    fail(property, `Harper ${await at.client.version()} on ${at.name} no longer honours explicit subscriptions`);
}

/** Harper 5 has no operations for routes: they are part of its configuration file. */
export async function requireRouteOperations(at: Instance, property: string, fail: Fail): Promise<void> {
  if (await isV5(at))
    fail(property, `Harper ${await at.client.version()} on ${at.name} takes routes from its configuration file only`);
}

/** Said when the first of them is made, not at every preview of what was decided long ago. */
export function warnOfExplicitEdges({ tell }: Pick<Context, "tell">): void {
  tell("warning", "Harper advises against explicit subscriptions, and its version 5 no longer honours them.");
}

const isV5 = async (at: Instance): Promise<boolean> => Number.parseInt(await at.client.version(), 10) >= 5;
