import { ask, type Harper, type HarperInstance, routes } from "../../scripts/demo/harper.mts";
import type { Program } from "./programs";

/** What this folder's programs declare, as the instances' own tables and files have it. Read past the provider. */
export interface Truth {
  /** The record that `us-1` has of `eu-1`, and the other way round: `full`, its edges, or nothing. */
  here: Membership;
  there: Membership;
  /** Routes of `us-1` that nobody put there by hand. */
  routes: unknown[];
}
type Membership = "none" | "full" | string[];

interface Row {
  name: string;
  ca?: unknown;
  replicates?: boolean;
  subscriptions?: { database: string; table: string; subscribe: boolean; publish: boolean }[] | null;
}

const foreignRoutes = ["wss://127.0.0.99:9933", { hostname: "127.0.0.98", port: 9944, revokedCertificates: ["ab"] }];
const foreignEdge = { database: "shop", table: "bird", subscribe: true, publish: true };

/** What nobody declares: a member with an edge, and routes. */
export async function putForeign({ "us-1": us, "ap-1": ap }: Harper): Promise<void> {
  const { username, password, address: hostname } = ap;
  const authorization = { username, password };
  await ask(us, { operation: "add_node", hostname, verify_tls: false, authorization, subscriptions: [foreignEdge] });
  await ask(us, { operation: "set_configuration", replication_routes: foreignRoutes });
}

/** One more edge of the Node that the programs declare. */
export async function putForeignEdge({ "us-1": us, "eu-1": eu }: Harper): Promise<void> {
  await ask(us, { operation: "update_node", hostname: eu.address, subscriptions: [foreignEdge] });
}

/** All of it, word for word, the times of its last change included. */
export async function readForeign({ "us-1": us, "eu-1": eu, "ap-1": ap }: Harper, withEdge: boolean): Promise<object> {
  const [here, there] = await Promise.all([record(us, ap), record(ap, us)]);
  const beside = withEdge ? await Promise.all([record(us, eu), record(eu, us)]) : [];
  const edges = beside.map((row) => row?.subscriptions?.filter(isForeignEdge) ?? []);
  const kept = (await routes(us)).filter(isForeign);
  return { here, there, edges, routes: kept };
}

export async function readTruth({ "us-1": us, "eu-1": eu }: Harper): Promise<Truth> {
  const [here, there] = await Promise.all([record(us, eu), record(eu, us)]);
  const ours = (await routes(us)).filter((route) => !isForeign(route));
  return { here: membership(here), there: membership(there), routes: ours };
}

/** What the program says has to be there, and nothing else. */
export function truthOf(program: Program): Truth {
  const node = program.find(({ type }) => type === "Node")?.inputs;
  const own = program.filter(({ type }) => type === "Subscription").map(({ inputs }) => inputs);
  const edges = [...((node?.subscriptions as object[]) ?? []), ...own] as Edge[];
  const isFull = node && node.replicateByDefault !== false && !node.subscriptions;
  const none = node ? undefined : "none";
  return {
    here: none ?? (isFull ? "full" : edges.map(textOf).sort()),
    there: none ?? (isFull ? "full" : edges.map(mirrored).map(textOf).sort()),
    routes: program.filter(({ type }) => type === "Route").map(({ inputs }) => inputs.url),
  };
}

type Edge = NonNullable<Row["subscriptions"]>[number];
const textOf = ({ database, table, subscribe, publish }: Edge) =>
  `${database}.${table}${subscribe ? " in" : ""}${publish ? " out" : ""}`;
const mirrored = (edge: Edge): Edge => ({ ...edge, subscribe: edge.publish, publish: edge.subscribe });
const isForeignEdge = ({ table }: Edge) => table === foreignEdge.table;
const isForeign = (route: unknown) => foreignRoutes.some((one) => JSON.stringify(one) === JSON.stringify(route));

function membership(row: Row | undefined): Membership {
  if (!row) return "none";
  if (row.replicates === true) return "full";
  return (row.subscriptions ?? [])
    .filter((edge) => (edge.subscribe || edge.publish) && !isForeignEdge(edge))
    .map(textOf)
    .sort();
}

async function record(at: HarperInstance, of: HarperInstance): Promise<Row | undefined> {
  const request = { operation: "search_by_value", database: "system", table: "hdb_nodes", attribute: "name" };
  const rows = (await ask(at, { ...request, value: of.address, get_attributes: ["*"] })) as Row[];
  const [row] = rows;
  // A certificate is long, and Harper's own.
  return row && { ...row, ca: undefined };
}
