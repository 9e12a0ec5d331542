import { type Flow, isBetween, type Link, otherEnd, type Topology, tableOf } from "../model";
import { meshesOf } from "../paths";

export interface GossipProblem {
  /** An edge inside of a mesh; or members that have different edges to a node outside. */
  kind: "inside" | "unequal";
  at: string;
  text: string;
}

/**
 * A mesh shares its table of nodes: what one member is told of a node, all are. So in it are no edges, and its members
 * have the same edges to each node outside; else the others would dial a node that does not know them.
 */
export function gossipProblems(topology: Topology): GossipProblem[] {
  return meshesOf(topology).flatMap((mesh) => {
    const isIn = (name: string) => mesh.includes(name);
    const inside = topology.links.filter(({ full, between }) => !full && between.every(isIn));
    const leaving = topology.links.filter(({ between }) => between.filter(isIn).length === 1);
    const outside = [...new Set(leaving.map(({ between }) => between.find((name) => !isIn(name)) as string))];
    return [
      ...inside.map(({ between, flows: [flow] }): GossipProblem => {
        const [one, other] = between;
        const text = `${one} and ${other} exchange everything, as both are in one mesh (${mesh.join(", ")}): an edge${flow ? ` for ${tableOf(flow)}` : ""} says nothing more; leave it out`;
        return { kind: "inside", at: [...between].sort().join("/"), text };
      }),
      ...outside.flatMap((name) => unequal(topology, mesh, name)),
    ];
  });
}

function unequal({ links }: Topology, mesh: string[], outside: string): GossipProblem[] {
  const seen = mesh.map((name) =>
    edgesFrom(
      links.find((link) => isBetween(link, name, outside)),
      name,
    ),
  );
  const most = seen.reduce((one, other) => (other.length > one.length ? other : one));
  const missing = mesh.filter((_, index) => seen[index] !== most);
  if (missing.length === 0) return [];
  const text = `${mesh.join(", ")} are one mesh, which shares what it knows of ${outside}: ${missing.join(", ")} must have the same edges to ${outside} as the others (${most})`;
  return [{ kind: "unequal", at: outside, text }];
}

/** The edges of a link as one end sees them, in words that can be compared. */
const edgesFrom = (link: Link | undefined, name: string): string =>
  (link?.flows ?? [])
    .map((flow: Flow) => `${tableOf(flow)} ${flow.from === name ? "to" : "from"} ${otherEnd(link as Link, name)}`)
    .sort()
    .join(", ");
