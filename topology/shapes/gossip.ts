import { type Flow, isBetween, type Link, otherEnd, type Topology, tableOf } from "../model";
import { meshesOf } from "../paths";

/**
 * A mesh shares its table of nodes: what one member is told of a node, all are. So in it are no edges, and its members
 * have the same edges to each node outside; else the others would dial a node that does not know them.
 */
export function gossipProblems(topology: Topology): string[] {
  return meshesOf(topology).flatMap((mesh) => {
    const isIn = (name: string) => mesh.includes(name);
    const inside = topology.links.filter(({ full, between }) => !full && between.every(isIn));
    const leaving = topology.links.filter(({ between }) => between.filter(isIn).length === 1);
    const outside = [...new Set(leaving.map(({ between }) => between.find((name) => !isIn(name)) as string))];
    return [
      ...inside.map(
        ({ between: [one, other], flows }) =>
          `shape: ${one} and ${other} exchange everything, as both are in one mesh (${mesh.join(", ")}): an edge for ${flows.map(tableOf)[0]} says nothing more; leave it out`,
      ),
      ...outside.flatMap((name) => unequal(topology, mesh, name)),
    ];
  });
}

function unequal({ links }: Topology, mesh: string[], outside: string): string[] {
  const seen = mesh.map((name) =>
    edgesFrom(
      links.find((link) => isBetween(link, name, outside)),
      name,
    ),
  );
  const most = seen.reduce((one, other) => (other.length > one.length ? other : one));
  const missing = mesh.filter((_, index) => seen[index] !== most);
  if (missing.length === 0) return [];
  return [
    `shape: ${mesh.join(", ")} are one mesh, which shares what it knows of ${outside}: ${missing.join(", ")} must have the same edges to ${outside} as the others (${most})`,
  ];
}

/** The edges of a link as one end sees them, in words that can be compared. */
const edgesFrom = (link: Link | undefined, name: string): string =>
  (link?.flows ?? [])
    .map((flow: Flow) => `${tableOf(flow)} ${flow.from === name ? "to" : "from"} ${otherEnd(link as Link, name)}`)
    .sort()
    .join(", ");
