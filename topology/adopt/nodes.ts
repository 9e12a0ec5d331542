import { joinsOf } from "../joins";
import type { Topology } from "../model";
import { meshesOf } from "../paths";
import { edgesOn, type Half, type Pair } from "./halves";

/** One Node: a half, and how its edges are declared. */
export interface AdoptedNode {
  /** Unique in the cluster: `eu-1` for a member of a mesh, `us-1/eu-1` for a pair that exchanges tables. */
  key: string;
  half: Half;
  /** In the Node itself, not as Subscriptions. */
  isInline: boolean;
  /** Keys of those that it comes after. */
  after: string[];
}

/** The Nodes that declare each pair once, from an end that can be asked. */
export function nodesOf(pairs: readonly Pair[], graph: Topology): AdoptedNode[] {
  const meshes = meshesOf(graph);
  const isInMesh = (half: Half, mesh: string[]) => mesh.includes(half.at.name) && mesh.includes(half.peer);
  const inMeshes = meshes.map((mesh) => meshNodes(mesh, pairs));
  const keysAt = (name: string) => inMeshes.flatMap((nodes, index) => (meshes[index]?.includes(name) ? nodes : []));
  const others = pairs
    .filter(([half]) => !meshes.some((mesh) => isInMesh(half, mesh)))
    .map(([half]): AdoptedNode => {
      const ends = [half.at.name, half.peer];
      return {
        key: ends.join("/"),
        half,
        isInline: ends.some((name) => keysAt(name).length > 0) || !hasIds(half),
        after: [...new Set(ends.flatMap(keysAt).map(({ key }) => key))],
      };
    });
  return [...inMeshes.flat(), ...others];
}

/** The ids of Subscriptions are parted by slashes. */
const hasIds = ({ row }: Half) => edgesOn(row).every(({ database, table }) => !`${database}${table}`.includes("/"));

/** Each member is the peer of one Node, as in a Cluster, as far as members can be asked; else each pair is a Node. */
function meshNodes(mesh: string[], pairs: readonly Pair[]): AdoptedNode[] {
  const within = pairs.filter(([{ at, peer }]) => mesh.includes(at.name) && mesh.includes(peer));
  const halves = within.flat().filter(({ row }) => row.full);
  const asked = mesh.filter((name) => within.flat().some(({ at }) => at.name === name));
  const [first = ""] = asked;
  const planned = [
    ...joinsOf(meshOf(asked)),
    ...mesh.filter((name) => !asked.includes(name)).map((peer) => ({ key: peer, target: first, peer, after: [] })),
  ];
  const found = planned.flatMap(({ key, target, peer, after }): AdoptedNode[] => {
    const half = halves.find(({ at, peer: other }) => at.name === target && other === peer);
    return half ? [{ key, half, isInline: false, after }] : [];
  });
  if (found.length === planned.length) return found;
  return within.map(([half]) => ({ key: `${half.at.name}/${half.peer}`, half, isInline: false, after: [] }));
}

const meshOf = (names: string[]): Topology => ({
  members: Object.fromEntries(names.map((name) => [name, {}])),
  links: names.slice(1).map((name) => ({ between: [names[0] as string, name], full: true, flows: [] })),
});
