import type { Edge } from "../../provider/operations-api";
import { poll } from "../../scripts/demo/harper.mts";
import { peersOf, type World } from "../lifecycle/world";
import { type Model, routesOf } from "../model/graph";
import { type Join, type Member, mirrored, type Pair, pairs } from "../model/topology";
import type { Drift } from "./steps";

const off = { subscribe: false, publish: false };
const byHand: Edge = { database: "zoo", table: "ape", subscribe: true, publish: true };
const withinMs = 10_000;

interface Place {
  pair: Pair;
  join: Join;
  own: Member;
  other: Member;
}

/**
 * Does to the instances what operators do past the program. Answers the model as it is then: an edge that is added by hand
 * stays, all else is mended by the next `up`. Undefined where there is nothing to do it to.
 */
export async function drifted(world: World, model: Model, drift: Drift, pick: number): Promise<Model | undefined> {
  const { topology, left } = model;
  if (drift === "route gone") {
    const route = topology.routes[pick % Math.max(1, topology.routes.length)];
    if (!route) return undefined;
    const kept = (await routesOf(world, route.at)).filter((one) => one !== route.address);
    await world.ask(route.at, { operation: "set_configuration", replication_routes: kept });
    return model;
  }
  const places = pairs.flatMap((pair): Place[] => {
    const [join, [own, other]] = [topology.joins[pair], pair.split("-") as [Member, Member]];
    return join && join.way !== "full" ? [{ pair, join, own, other }] : [];
  });
  const place = places[pick % Math.max(1, places.length)];
  if (!place) return undefined;
  const { pair, join, own, other } = place;
  if (drift === "edge off") {
    const edge = join.edges[pick % Math.max(1, join.edges.length)];
    if (!edge) return undefined;
    const [at, of] = pick % 2 === 0 ? [own, other] : [other, own];
    await set(world, at, of, { ...edge, ...off });
    return model;
  }
  if (drift === "edge added") {
    const isKnown = [...join.edges, ...(left[pair] ?? [])].some(({ table }) => table === byHand.table);
    if (join.way !== "explicit" || isKnown) return undefined;
    await set(world, own, other, byHand);
    return { topology, left: { ...left, [pair]: [...(left[pair] ?? []), byHand] } };
  }
  // What nobody declares would go with the node.
  if (left[pair]?.length) return undefined;
  if (drift !== "node gone there") await removed(world, own, other);
  if (drift !== "node gone here") await removed(world, other, own);
  return model;
}

/** On both ends, as Harper tells the peer. */
async function set(world: World, at: Member, of: Member, edge: Edge): Promise<void> {
  const hostname = world.instances[of].reports;
  await world.ask(at, { operation: "update_node", hostname, subscriptions: [edge] });
  const isSet = async (one: Member, peer: Member, wanted: Edge) => {
    const record = (await peersOf(world, one)).find(({ name }) => name === world.instances[peer].reports);
    const found = (record?.subscriptions ?? []) as unknown as Edge[];
    const same = found.find(({ database, table }) => database === wanted.database && table === wanted.table) ?? off;
    return same.subscribe === wanted.subscribe && same.publish === wanted.publish;
  };
  const both = () => Promise.all([isSet(at, of, edge), isSet(of, at, mirrored(edge))]);
  const [here, there] = await poll(both, (found) => found.every(Boolean), withinMs);
  if (!here || !there) throw new Error(`by hand: ${at} did not take ${JSON.stringify(edge)} with ${of} on both ends`);
}

async function removed(world: World, at: Member, of: Member): Promise<void> {
  const hostname = world.instances[of].reports;
  await world.ask(at, { operation: "remove_node", hostname });
  const isThere = async () => (await peersOf(world, at)).some(({ name }) => name === hostname);
  if (await poll(isThere, (found) => !found, withinMs)) throw new Error(`by hand: ${at} did not remove ${of}`);
}
