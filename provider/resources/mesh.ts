import type { Instance, Instances } from "../instances";
import type { Context } from "../resource";

/** A fully replicating Node that the program of this run declares: at which instance, and the names of both. */
interface Pair {
  at: Instance;
  own: string;
  peer: string;
}

const declared = new WeakMap<Instances, Map<string, Pair>>();

/** Notes that this run's program declares a fully replicating Node. */
export async function declaresFull(peer: string, { at, instances }: Context): Promise<void> {
  const own = await at.client.nodeName();
  const pairs = declared.get(instances) ?? new Map<string, Pair>();
  declared.set(instances, pairs.set(`${own}/${peer}`, { at, own, peer }));
}

/** Who is detached where a Node of a full mesh goes: `name` from where it is removed, or nobody. */
export type Leaver = { at: Instance; name: string } | "nobody";

/**
 * Full replication is one mesh, so to delete the Node of `peer` detaches one of the two from all: the peer, unless the
 * program goes on to declare it a member by another Node, as where a mesh gets another hub. Then it is the target that
 * leaves, or nobody, where both stay members. A Node that is only replaced takes its peer out.
 */
export async function leaverOf(peer: string, { at, instances }: Context): Promise<Leaver> {
  const own = await at.client.nodeName();
  const pairs = [...(declared.get(instances)?.values() ?? [])];
  const isThis = (pair: Pair) => membersOf(pair).has(own) && membersOf(pair).has(peer);
  if (pairs.some(isThis)) return { at, name: peer };
  if (meshOf(peer, pairs).has(own)) return "nobody";
  const through = pairs.find((pair) => membersOf(pair).has(peer))?.at;
  return through && meshOf(own, pairs).size === 1 ? { at: through, name: own } : { at, name: peer };
}

const membersOf = ({ own, peer }: Pair) => new Set([own, peer]);

/** Everybody that the pairs join with a node, itself included. */
function meshOf(name: string, pairs: readonly Pair[]): Set<string> {
  const mesh = new Set([name]);
  for (let before = 0; before < mesh.size; ) {
    before = mesh.size;
    for (const pair of pairs.map(membersOf)) if (!mesh.isDisjointFrom(pair)) for (const one of pair) mesh.add(one);
  }
  return mesh;
}
