import type { Flow, Link, Topology } from "./model";
import { meshesOf } from "./paths";

/** One Node of a program: `peer` is joined at `target`. */
export interface Join {
  /** Unique in the cluster; what else comes or goes does not change it. */
  key: string;
  target: string;
  peer: string;
  /** Undefined where everything goes. */
  flows: Flow[] | undefined;
  /**
   * One of the two is in a mesh, whose members share one record of the other: all write the whole of it, so that none
   * takes away what another has written.
   */
  isShared: boolean;
  /** It is in the mesh by then, as a mesh tells its members: it is taken over, with what is declared of it. */
  isThere: boolean;
  /** Keys of those that have to be there before it, and that go after it. */
  after: string[];
}

/** The Nodes that make a topology: the meshes first, then what goes between them and others. */
export function joinsOf(topology: Topology): Join[] {
  const meshes = meshesOf(topology).map(meshJoins);
  const inMesh = new Map(
    meshes.flatMap((joins) =>
      joins.flatMap(
        ({ target, peer }) =>
          [
            [target, joins],
            [peer, joins],
          ] as const,
      ),
    ),
  );
  const explicit = topology.links
    .filter(({ full }) => !full)
    .map(({ between: [target, peer], flows }: Link) => ({
      key: `${target}/${peer}`,
      target,
      peer,
      flows,
      isShared: inMesh.has(target) || inMesh.has(peer),
      isThere: false,
      after: [...new Set([target, peer].flatMap((name) => (inMesh.get(name) ?? []).map(({ key }) => key)))],
    }));
  return [...meshes.flat(), ...explicit];
}

/**
 * Each member of a mesh is the peer of one Node, so that to delete that is to take the member out, wherever else it is a
 * target. The first three join in a circle, all others at the first: another member is another Node, and one that leaves
 * changes those of others only where it is one of the three, without an effect on the cluster.
 */
function meshJoins(mesh: string[]): Join[] {
  const [first, second, third, ...others] = mesh as [string, string, ...string[]];
  const joined = (target: string, peer: string, ...after: string[]): Join => ({
    key: peer,
    target,
    peer,
    flows: undefined,
    isShared: false,
    isThere: false,
    after,
  });
  if (third === undefined) return [joined(first, second)];
  return [
    joined(first, second),
    joined(second, third, second),
    // On destroy it goes before the circle does.
    { ...joined(third, first, third), isThere: true },
    ...others.map((peer) => joined(first, peer, first)),
  ];
}
