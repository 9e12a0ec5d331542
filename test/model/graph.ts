import { addressOf, type Edge, edgeKey, type WireRoute } from "../../provider/operations-api";
import { peersOf, type World } from "../lifecycle/world";
import {
  edgeText,
  endsOf,
  type Join,
  type Member,
  members,
  mirrored,
  type Pair,
  pairs,
  type Topology,
} from "./topology";

/** What each instance stores: its peers, with `full` or their edges as it sees them, and its routes. */
export type Graph = Record<Member, { peers: Partial<Record<Member, string[]>>; routes: string[] }>;

/** What is there that no program declares, as operators made it by hand. */
export interface Foreign {
  /** Explicit joins of pairs that no program joins, as the first member sees them. */
  joins: Partial<Record<Pair, Edge[]>>;
  routes: Record<Member, WireRoute[]>;
}
export const noForeign: Foreign = { joins: {}, routes: { us: [], eu: [], ap: [] } };

/** What is there after a program was carried out. */
export interface Model {
  topology: Topology;
  /** Edges of explicit nodes that nobody declares any more, as the declaring end sees them. */
  left: Partial<Record<Pair, Edge[]>>;
}

/** A program carried out on what another one made. */
export function carriedOut({ topology: before, left }: Model, topology: Topology): Model {
  const now: Model = { topology, left: {} };
  for (const pair of pairs) {
    const [old, join] = [before.joins[pair], topology.joins[pair]];
    if (join?.way !== "explicit" || !old || isRemade(old, join)) continue;
    const declared = new Set(join.edges.map(edgeKey));
    const there = old.way === "inline" ? old.edges : (left[pair] ?? []);
    const seen = old.atSecond === join.atSecond ? there : there.map(mirrored);
    const kept = seen.filter((edge) => !declared.has(edgeKey(edge)));
    if (kept.length > 0) now.left[pair] = kept;
  }
  return now;
}

/** Whether the Node is taken away and made again. */
export const isRemade = (old: Join, join: Join): boolean =>
  (old.way === "full" && join.way !== "full") ||
  (join.revoked.length > 0 && old.revoked.some((serial) => !join.revoked.includes(serial)));

/** The graph that a model comes to. */
export function graphOf({ topology, left }: Model, foreign: Foreign): Graph {
  const graph = empty();
  for (const pair of pairs) {
    const join = topology.joins[pair];
    const edges = join ? [...join.edges, ...(left[pair] ?? [])] : foreign.joins[pair];
    if (!edges) continue;
    const [own, other] = endsOf(pair, join ?? { atSecond: false });
    const isFull = join?.way === "full";
    graph[own].peers[other] = isFull ? ["full"] : edges.map(edgeText).sort();
    graph[other].peers[own] = isFull ? ["full"] : edges.map(mirrored).map(edgeText).sort();
  }
  // Who replicates everything with one replicates everything with all.
  const meet = (one: Member, other: Member) => graph[one].peers[other]?.[0] === "full";
  for (const through of members)
    for (const one of members)
      for (const other of members)
        if (one !== other && meet(one, through) && meet(through, other)) graph[one].peers[other] = ["full"];
  for (const member of members) {
    const own = topology.routes.filter(({ at }) => at === member).map(({ address }) => address);
    const theirs = foreign.routes[member].map((route) => JSON.stringify(route));
    graph[member].routes = [...theirs, ...own.map((address) => JSON.stringify(address))].sort();
  }
  return graph;
}

/** What the instances store, read past this package. */
export async function storedGraph(world: World): Promise<Graph> {
  const graph = empty();
  const names = new Map(members.map((member) => [world.instances[member].reports, member]));
  for (const member of members) {
    for (const { name, replicates, subscriptions } of await peersOf(world, member)) {
      const peer = names.get(name);
      if (peer === member) continue;
      const edges = (subscriptions ?? []) as unknown as Edge[];
      const on = edges.filter(({ subscribe, publish }) => subscribe || publish);
      graph[member].peers[peer ?? (name as Member)] = replicates ? ["full"] : on.map(edgeText).sort();
    }
    graph[member].routes = (await routesOf(world, member)).map((route) => JSON.stringify(route)).sort();
  }
  return graph;
}

export async function routesOf(world: World, member: Member): Promise<WireRoute[]> {
  const answer = await world.ask(member, { operation: "get_configuration" });
  return (answer as { replication?: { routes?: WireRoute[] } }).replication?.routes ?? [];
}

const empty = (): Graph => ({
  us: { peers: {}, routes: [] },
  eu: { peers: {}, routes: [] },
  ap: { peers: {}, routes: [] },
});

/** Makes by hand what no program declares. */
export async function makeForeign(world: World, { joins, routes }: Foreign): Promise<void> {
  for (const pair of pairs) {
    const subscriptions = joins[pair];
    if (!subscriptions) continue;
    const [own, other] = endsOf(pair, { atSecond: false });
    const { connection, reports } = world.instances[other];
    const { username, password } = connection;
    const none = { database: "system", table: "hdb_nodes", subscribe: false, publish: false };
    await world.ask(own, {
      operation: "add_node",
      hostname: reports,
      verify_tls: false,
      authorization: { username, password },
      subscriptions: [none, ...subscriptions],
    });
  }
  for (const member of members)
    if (routes[member].length > 0)
      await world.ask(member, { operation: "set_configuration", replication_routes: routes[member] });
}

export const addressesIn = (foreign: Foreign, member: Member) => foreign.routes[member].map(addressOf);
