import type { Instance } from "../instances";

type Owner = "inline" | "Subscription";

/** Who declares the edges of a node in this run: the Node itself, or Subscriptions. With both, each would undo the other. */
const owners = new WeakMap<Instance, Map<string, Owner>>();

/** Whether a Node of this run declares its edges in itself. */
export const isInline = (at: Instance, node: string): boolean => owners.get(at)?.get(node.toLowerCase()) === "inline";

/** Notes who declares edges of a node, by its name or host; answers why that cannot be. */
export function declaresEdges(at: Instance, node: string, owner: Owner): string | undefined {
  const known = owners.get(at) ?? new Map<string, Owner>();
  owners.set(at, known);
  const key = node.toLowerCase();
  const before = known.get(key) ?? owner;
  known.set(key, before);
  if (before === owner) return undefined;
  return owner === "inline"
    ? `"${node}" has Subscription resources, too: declare its edges in one of the two ways`
    : `the Node "${node}" declares its subscriptions inline: add this edge to them, or give the Node replicateByDefault: false and no subscriptions`;
}
