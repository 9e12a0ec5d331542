import { otherEnd, type Topology, tableOf } from "./model";

/**
 * The meshes: Harper makes everyone known to everyone who replicates everything with one of them. Each in the order of
 * its members; who has no full link is in none.
 */
export function meshesOf({ members, links }: Topology): string[][] {
  const full = links.filter((link) => link.full);
  const seen = new Set<string>();
  const meshes: string[][] = [];
  for (const name of Object.keys(members)) {
    if (seen.has(name)) continue;
    const found = new Set([name]);
    for (const one of found) for (const link of full) if (link.between.includes(one)) found.add(otherEnd(link, one));
    for (const one of found) seen.add(one);
    if (found.size > 1) meshes.push(Object.keys(members).filter((one) => found.has(one)));
  }
  return meshes;
}

/**
 * Who gets the rows of a table that are written on a member. Rows go one step: what arrives by an edge is sent on to
 * nobody, into a mesh neither.
 */
export function reachedFrom(topology: Topology, from: string, table: string): Set<string> {
  const mesh = meshesOf(topology).find((members) => members.includes(from)) ?? [];
  const edges = topology.links.flatMap(({ flows }) => flows.filter((flow) => flow.from === from));
  const reached = new Set([...mesh, ...edges.filter((flow) => tableOf(flow) === table).map(({ to }) => to)]);
  reached.delete(from);
  return reached;
}
