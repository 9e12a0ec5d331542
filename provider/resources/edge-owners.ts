import type { Instance } from "../instances";
import { type Edge, edgeKey } from "../operations-api";

/** The edges that a Node declares in itself, or Subscriptions, of which each declares its own. */
type Owner = { inline: readonly Pick<Edge, "database" | "table">[] } | "Subscription";

/** Who declares the edges of a node in this run: the Node itself, or Subscriptions. With both, each would undo the other. */
const owners = new WeakMap<Instance, Map<string, Owner>>();

/** Whether a Node of this run declares this edge in itself. */
export function isInline(at: Instance, node: string, edge: Pick<Edge, "database" | "table">): boolean {
  const owner = owners.get(at)?.get(node.toLowerCase());
  return typeof owner === "object" && owner.inline.some((other) => edgeKey(other) === edgeKey(edge));
}

/** Notes who declares edges of a node, by its name or host; answers why that cannot be. */
export function declaresEdges(at: Instance, node: string, owner: Owner): string | undefined {
  const known = owners.get(at) ?? new Map<string, Owner>();
  owners.set(at, known);
  const key = node.toLowerCase();
  const before = known.get(key) ?? owner;
  if (typeof before === typeof owner) {
    known.set(key, owner);
    return undefined;
  }
  return typeof owner === "object"
    ? `"${node}" has Subscription resources, too: declare its edges in one of the two ways`
    : `the Node "${node}" declares its subscriptions inline: add this edge to them, or give the Node replicateByDefault: false and no subscriptions`;
}
