import { type Edge, edgeKey, isOn } from "../../provider/operations-api";
import { namesIn } from "../live/graph";
import type { Live, LiveInstance, LivePeer } from "../live/snapshot";

/** What an instance stores of a peer, and what the peer stores of it. */
export interface Half {
  at: LiveInstance;
  row: LivePeer;
  /** The peer's name in `harper:instances`, else the one that it reports. */
  peer: string;
  /** The peer itself, where it can be asked. */
  there: LiveInstance | undefined;
  /** Undefined where it has none, or cannot be asked. */
  back: LivePeer | undefined;
}

/** Two members that know each other, by what each that can be asked stores; one of the halves may be all that there is. */
export type Pair = [Half, ...Half[]];

/** Each pair once. Its first half is the end at which it is declared: the one that has more such pairs. */
export function pairsIn({ instances }: Live): Pair[] {
  const nameOf = namesIn(instances);
  const halves = instances.flatMap((at) => at.peers.map((row) => halfOf(at, row, nameOf(row.name), instances)));
  const byPair = Map.groupBy(halves, ({ at, peer }) => JSON.stringify([at.name, peer].sort()));
  const explicit = ({ peers }: LiveInstance) => peers.filter(({ full }) => !full).length;
  return [...byPair.values()].map(
    (both) =>
      both.toSorted(
        (one, other) => Number(other.row.full) - Number(one.row.full) || explicit(other.at) - explicit(one.at),
      ) as Pair,
  );
}

function halfOf(at: LiveInstance, row: LivePeer, peer: string, instances: readonly LiveInstance[]): Half {
  const there = instances.find(({ name }) => name === peer);
  const own = at.reports.toLowerCase();
  return { at, row, peer, there, back: there?.peers.find(({ name }) => name.toLowerCase() === own) };
}

/** The edges of a record that are on. */
export const edgesOn = ({ subscriptions }: LivePeer): Edge[] => subscriptions.filter(isOn);

/** Why the record of the peer is not the mirror of this one; undefined where it is, or cannot be read. */
export function problemOf({ at, row, peer, there, back }: Half): string | undefined {
  if (!there) return undefined;
  if (!back) return `${at.name} knows ${peer}, and ${peer} has no record of ${at.name}`;
  if (back.full === row.full) return undefined;
  const [whole, other] = row.full ? [at.name, peer] : [peer, at.name];
  return `${whole} replicates everything with ${other}, and ${other} only edges with ${whole}`;
}

/** The same of one edge. */
export function edgeProblem(half: Half, edge: Edge): string | undefined {
  const { at, peer, back } = half;
  const problem = problemOf(half);
  if (problem || !back) return problem;
  const mirrored = edgesOn(back).find((other) => edgeKey(other) === edgeKey(edge));
  if (!mirrored) return `${at.name} has an edge with ${peer} for ${edgeKey(edge)}, and ${peer} has none`;
  if (mirrored.subscribe === edge.publish && mirrored.publish === edge.subscribe) return undefined;
  return `the edge for ${edgeKey(edge)} goes other ways at ${at.name} than at ${peer}`;
}

/** Edges that the peer alone has. */
export function edgesThereAlone({ row, back }: Half): Edge[] {
  const here = new Set(edgesOn(row).map(edgeKey));
  return back ? edgesOn(back).filter((edge) => !here.has(edgeKey(edge))) : [];
}
