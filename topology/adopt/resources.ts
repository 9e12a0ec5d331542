import { declaredAddress, type Edge, edgeKey, notesDatabase } from "../../provider/operations-api";
import type { LiveInstance, LivePeer } from "../live/snapshot";
import { edgeProblem, edgesOn, edgesThereAlone, type Half, problemOf } from "./halves";
import type { AdoptedNode } from "./nodes";

/** A resource that declares what is there, and the id under which it is imported. */
export interface Adopted {
  type: "Node" | "Subscription" | "Route";
  name: string;
  id: string;
  args: Record<string, unknown>;
  /** The Node whose output `name` is the `node` of this Subscription. */
  node?: string;
  /** Names of Nodes that it comes after. */
  after: string[];
  /** What is there on one end only, which `pulumi up` would mend. */
  problem?: string | undefined;
}

/** A Node, and the Subscriptions of its edges where they are not in it. */
export function declarationsOf({ key, half, isInline, after }: AdoptedNode, asked: readonly string[]): Adopted[] {
  const { at, row, peer } = half;
  const edges = edgesOn(row);
  const inline = isInline && edges.length > 0;
  const [odd] = [...edges, ...edgesThereAlone(half)].flatMap((edge) => oddity(half, edge) ?? []);
  const problem = problemOf(half) ?? (inline ? odd : undefined);
  const node: Adopted = {
    type: "Node",
    name: key,
    id: `${at.reports}/${row.name}${row.full || inline ? "" : "/explicit"}`,
    args: {
      target: at.name,
      ...(asked.includes(peer) && { peer }),
      ...placeOf(row),
      ...(inline && { subscriptions: edges.map(withoutDefaults) }),
      ...(!row.full && !inline && { replicateByDefault: false }),
      ...(inline && !edges.every((edge) => isTableOf(at, edge)) && { requireTables: false }),
    },
    after,
    problem,
  };
  return row.full || inline ? [node] : [node, ...subscriptionsOf(half, key)];
}

const oddity = (half: Half, edge: Edge) =>
  undeclarable(edge) ? `${edgeText(half, edge)} cannot be declared` : edgeProblem(half, edge);

const edgeText = ({ at, peer }: Half, edge: Edge) => `the edge of ${at.name} with ${peer} for ${edgeKey(edge)}`;

/** How a peer is dialled, and what else its record says of it. */
export const placeOf = ({ name, url, shard, revokedCertificates }: LivePeer) => ({
  ...(url === null ? { hostname: name } : declaredAddress(url)),
  ...(shard !== null && { shard }),
  ...(revokedCertificates.length > 0 && { revokedCertificates }),
});

/** Edges that Harper stores and that nothing can declare: of its own tables, of ours, or of no table. */
export const undeclarable = ({ database, table }: Edge): boolean =>
  [database, table].includes("") || ["system", notesDatabase].includes(database);

/** Each edge as the node sees it at which it is; what the peer alone has is declared there. */
function subscriptionsOf(half: Half, key: string): Adopted[] {
  const { at, row, peer, there, back } = half;
  const own = edgesOn(row).map((edge) => ({
    ...subscription(at, row, key, edge),
    node: key,
    problem: edgeProblem(half, edge),
  }));
  if (!there || !back) return own.filter(isDeclared);
  const others = edgesThereAlone(half).map((edge) => {
    const declared = subscription(there, back, `${peer}/${at.name}`, edge);
    const problem = `${peer} has an edge with ${at.name} for ${edgeKey(edge)}, and ${at.name} has none`;
    return { ...declared, args: { ...declared.args, node: back.name }, after: [key], problem };
  });
  return [...own, ...others].filter(isDeclared);
}

const isDeclared = ({ args }: Adopted) => !undeclarable(args as unknown as Edge);

function subscription(at: LiveInstance, row: LivePeer, key: string, edge: Edge): Adopted {
  const { database, table } = edge;
  return {
    type: "Subscription",
    name: `${key}/${database}/${table}`,
    id: `${at.reports}/${row.name}/${database}/${table}`,
    args: {
      target: at.name,
      ...withoutDefaults(edge),
      ...(isTableOf(at, edge) ? {} : { requireTables: false }),
    },
    after: [],
  };
}

/** Each address once, however often and in whichever form the list has it. */
export const routesOf = (at: LiveInstance): Adopted[] =>
  [...new Set(hasRouteOperations(at) ? at.routes.stored : [])].map((address) => {
    const place = declaredAddress(address);
    return {
      type: "Route",
      name: `${at.name}/route/${"hostname" in place ? place.hostname : place.url}`,
      id: `${at.reports}/${address}`,
      args: { target: at.name, ...place },
      after: [],
    };
  });

/** Harper 5 takes routes from its configuration file only. */
export const hasRouteOperations = ({ version }: LiveInstance): boolean => !(Number.parseInt(version, 10) >= 5);

export const isTableOf = ({ tables }: LiveInstance, edge: Edge): boolean => Object.hasOwn(tables, edgeKey(edge));

const withoutDefaults = ({ database, table, subscribe, publish }: Edge) => ({
  database,
  table,
  ...(!subscribe && { subscribe }),
  ...(!publish && { publish }),
});
