import type { Instance, Instances } from "../instances";
import { cannotTell } from "../operations-api";
import type { Context } from "../resource";
import type { NodeInputs } from "./node-fields";
import { locate } from "./node-record";

/** A fully replicating Node that the program of this run declares, and where. */
interface Declared {
  at: Instance;
  inputs: Partial<NodeInputs>;
}

const declared = new WeakMap<Instances, Map<string, Declared>>();

/** Notes that this run's program declares a fully replicating Node. */
export function declaresFull(inputs: Partial<NodeInputs>, { at, instances }: Context): void {
  const all = declared.get(instances) ?? new Map<string, Declared>();
  declared.set(instances, all.set(JSON.stringify([at.name, inputs.hostname, inputs.url]), { at, inputs }));
}

/**
 * Full replication is one mesh, so to delete the Node of a peer detaches it from all. Answers who is known to stay in the
 * mesh by other Nodes that the program declares and that are there: the peer, or both. Not by this very Node, which may
 * be declared to be made anew.
 */
export async function keptInMesh(peer: string, { at, instances }: Context): Promise<Set<string>> {
  const own = await at.client.nodeName();
  const kept = new Set<string>();
  for (const { at: there, inputs } of declared.get(instances)?.values() ?? []) {
    const pair = await pairOf(there, inputs);
    const isThis = pair.includes(own) && pair.includes(peer);
    if (!isThis) for (const name of pair) kept.add(name);
  }
  return kept;
}

/** Both names where the Node is there; nothing where it is not, or cannot be asked for. */
async function pairOf(at: Instance, inputs: Partial<NodeInputs>): Promise<string[]> {
  try {
    const [own, row] = [await at.client.nodeName(), await locate(inputs, at)];
    return row?.full ? [own, row.name] : [];
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return [];
  }
}
