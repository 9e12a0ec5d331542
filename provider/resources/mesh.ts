import type { Instance, Instances } from "../instances";
import { cannotTell, type NodeRow } from "../operations-api";
import type { Context } from "../resource";
import type { NodeInputs } from "./node-fields";
import { locate } from "./node-record";

/** A Node that the program of this run declares, and where. */
interface Declared {
  at: Instance;
  inputs: Partial<NodeInputs>;
}

const declared = new WeakMap<Instances, Map<string, Declared>>();

/** Notes that this run's program declares a Node. */
export function declaresNode(inputs: Partial<NodeInputs>, { at, instances }: Context): void {
  const all = declared.get(instances) ?? new Map<string, Declared>();
  declared.set(instances, all.set(JSON.stringify([at.name, inputs.hostname, inputs.url]), { at, inputs }));
}

/**
 * Full replication is one mesh, so to delete the Node of a peer detaches it from all. Answers who is known to stay in the
 * mesh by other Nodes that the program declares and that are there: the peer, or both. Not by this very Node, which may
 * be declared to be made anew.
 */
export async function keptInMesh(peer: string, context: Context): Promise<Set<string>> {
  const pairs = await otherPairs(peer, context);
  return new Set(pairs.filter(({ full }) => full).flatMap(({ ends }) => ends));
}

/**
 * A mesh shares its table of nodes, so the record that one member has of a node outside is that of all, and to remove it
 * takes it from all. Answers other explicit Nodes that the program declares and that stand on a half of this one: of a
 * member beside the target with this peer, or of the target with a member beside the peer.
 */
export async function sharedInMeshes(peer: string, context: Context): Promise<string[]> {
  const { at, instances } = context;
  const own = await at.client.nodeName();
  const other = await instances.reporting(peer);
  const [besideOwn, besidePeer] = await Promise.all([matesOf(at), other ? matesOf(other) : new Set<string>()]);
  if (besideOwn.size + besidePeer.size === 0) return [];
  const isShared = (one: string, two: string) =>
    (two === peer && besideOwn.has(one)) || (two === own && besidePeer.has(one));
  const pairs = await otherPairs(peer, context);
  return pairs
    .filter(({ full, ends: [one, two] }) => !full && (isShared(one, two) || isShared(two, one)))
    .map(({ ends }) => ends.join("/"));
}

interface DeclaredPair {
  ends: [string, string];
  full: boolean;
}

/** The declared Nodes that are there, but this one's pair. */
async function otherPairs(peer: string, { at, instances }: Context): Promise<DeclaredPair[]> {
  const own = await at.client.nodeName();
  const all = [...(declared.get(instances)?.values() ?? [])];
  const found = await Promise.all(
    all.map(async ({ at: there, inputs }): Promise<DeclaredPair | undefined> => {
      const row = await known(() => locate(inputs, there));
      // One that is to become the other keeps nobody.
      if (row?.full !== (inputs.replicateByDefault === true)) return undefined;
      return { ends: [await there.client.nodeName(), row.name], full: row.full };
    }),
  );
  return found.filter((pair) => pair !== undefined).filter(({ ends }) => !(ends.includes(own) && ends.includes(peer)));
}

/** Who replicates everything with an instance, beside itself; nobody where it cannot be asked. */
async function matesOf({ client }: Instance): Promise<Set<string>> {
  const own = await client.nodeName();
  const rows = (await known(() => client.nodes())) ?? [];
  return new Set(rows.filter((row: NodeRow) => row.full && row.name !== own).map(({ name }) => name));
}

/** Nothing where an instance cannot be asked. */
async function known<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return undefined;
  }
}
