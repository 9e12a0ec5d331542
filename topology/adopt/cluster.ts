import { addressOf } from "../../provider/operations-api";
import { joinsOf } from "../joins";
import type { Live, LiveInstance } from "../live/snapshot";
import type { Topology } from "../model";
import { meshesOf } from "../paths";
import { type Shape, topologyOf } from "../shapes";
import { edgeProblem, edgesOn, edgesThereAlone, type Half, type Pair, problemOf } from "./halves";
import { type Adopted, declarationsOf, isTableOf, placeOf, routesOf, undeclarable } from "./resources";
import { type Guess, shapeOf } from "./shapes";

export const clusterName = "cluster";

/** A Cluster that comes to exactly what is there, with the resources that it makes and those beside it. */
export interface AdoptedCluster {
  args: { instances: Record<string, Place>; shape: Shape };
  inside: Adopted[];
  beside: Adopted[];
}

type Place = ReturnType<typeof placeOf> & { region?: string; routes?: string[] };

/** The Cluster of a graph, or why there is none. */
export function clusterOf(live: Live, pairs: readonly Pair[], graph: Topology): AdoptedCluster | { reason: string } {
  const reason = obstacle(live, pairs, graph);
  const guess = reason === undefined ? shapeOf(graph) : undefined;
  if (!guess) return { reason: reason ?? "no shape comes to exactly these edges" };
  const places = placesOf(pairs, graph, guess);
  const routes = live.instances.flatMap((at) =>
    routesOf(at).map((route) => ({ at: at.name, route, to: inMesh(at, route, places, graph) })),
  );
  const instances = Object.entries(places).map(([name, place]) => {
    const dialled = routes.flatMap(({ at, to }) => (at === name && to ? to : []));
    return [name, { ...place, ...(dialled.length > 0 && { routes: dialled }) }];
  });
  return {
    args: { instances: Object.fromEntries(instances), shape: guess.shape },
    inside: [
      ...nodesIn(live, pairs, graph, guess).map((one) => ({ ...one, name: `${clusterName}/${one.name}` })),
      ...routes.flatMap(({ at, route, to }) => (to ? { ...route, name: `${clusterName}/${at}/route/${to}` } : [])),
    ],
    beside: routes.flatMap(({ route, to }) => (to ? [] : route)),
  };
}

/** What the Cluster makes of its shape, by the ends at which it makes it. */
function nodesIn(
  { instances }: Live,
  pairs: readonly Pair[],
  { members }: Topology,
  { shape, regions }: Guess,
): Adopted[] {
  const asked = instances.map(({ name }) => name);
  const placed = Object.keys(members).map((name) => [name, regions[name] ? { region: regions[name] } : {}]);
  const { topology } = topologyOf(Object.fromEntries(placed), shape);
  return joinsOf(topology).flatMap(({ key, target, peer, isShared }) => {
    const half = pairs.flat().find(({ at, peer: other }) => at.name === target && other === peer);
    return half ? declarationsOf({ key, half, isInline: isShared, after: [] }, asked) : [];
  });
}

/** What a Cluster cannot say. */
function obstacle({ instances }: Live, pairs: readonly Pair[], { members }: Topology): string | undefined {
  if (pairs.length === 0) return "nobody knows anybody";
  const unasked = Object.keys(members).find((name) => !instances.some((known) => known.name === name));
  if (unasked) return `${unasked} cannot be asked`;
  const halves = pairs.flat();
  for (const half of halves) {
    const problem = halfProblem(half) ?? otherPlace(half, halves);
    if (problem) return problem;
  }
  return undefined;
}

function halfProblem(half: Half): string | undefined {
  const { at, row, peer } = half;
  const edges = edgesOn(row);
  if (!row.full && edges.length === 0) return `${at.name} knows ${peer} without an edge`;
  const odd = edges.find(
    (edge) => !isTableOf(at, edge) || undeclarable(edge) || `${edge.database}${edge.table}`.includes("/"),
  );
  if (odd && !row.full) return `${at.name} has an edge for ${odd.database}.${odd.table}, which it does not have`;
  if (problemOf(half)) return problemOf(half);
  const [problem] = row.full
    ? []
    : [...edges, ...edgesThereAlone(half)].flatMap((edge) => edgeProblem(half, edge) ?? []);
  return problem;
}

/** A Cluster says once where an instance is. */
function otherPlace({ peer, row }: Half, halves: readonly Half[]): string | undefined {
  const here = JSON.stringify(placeOf(row));
  const other = halves.find((half) => half.peer === peer && JSON.stringify(placeOf(half.row)) !== here);
  return other && `${peer} is known by other addresses, shards or certificates at different instances`;
}

function placesOf(pairs: readonly Pair[], { members }: Topology, { regions }: Guess): Record<string, Place> {
  const rows = new Map(pairs.flat().map(({ peer, row }) => [peer, row]));
  const places = Object.keys(members).flatMap((name): [string, Place][] => {
    const row = rows.get(name);
    return row ? [[name, { ...placeOf(row), ...(regions[name] && { region: regions[name] }) }]] : [];
  });
  return Object.fromEntries(places);
}

/** The member of its mesh to which a route leads. */
function inMesh(
  { name }: LiveInstance,
  { args }: Adopted,
  places: Record<string, Place>,
  graph: Topology,
): string | undefined {
  const address = addressOf(args);
  const mesh = meshesOf(graph).find((members) => members.includes(name)) ?? [];
  return mesh.find((other) => other !== name && places[other] && addressOf(places[other]) === address);
}
