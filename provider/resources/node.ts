import type { Instance } from "../instances";
import {
  addressOf,
  type Edge,
  edgeKey,
  HarperError,
  hostOf,
  isOn,
  type NodeRow,
  noEdges,
  readPending,
  replicates,
  replicationUrl,
  type SomeEdges,
} from "../operations-api";
import { type Context, defineResource } from "../resource";
import { hasUnknown } from "../unknown";
import { findNode } from "./common";
import { awaitConnection } from "./connected";
import { type NodeInputs, type NodeState, nodeInputs, nodeOutputs } from "./node-fields";
import { followHistory, forgetMirror, pendingSentences } from "./pending";
import { isWaiting, reconnectNodes } from "./reconnect";
import { removeOnBothEnds } from "./removal";
import { checkEdge, requireTables, rowsOf } from "./tables";
import { requireExplicitEdges, warnOfExplicitEdges } from "./versions";

/** Membership of a peer, as seen from the target. */
export const node = defineResource<NodeInputs, NodeState>({
  name: "Node",
  description:
    "A peer of the target, in one of three ways: it replicates everything (nothing else said), exactly the `subscriptions` given here, or, with `replicateByDefault: false`, only the edges of Subscription resources.",
  inputs: nodeInputs,
  outputs: nodeOutputs,

  rules(inputs, fail) {
    const { hostname, url, subscriptions, replicateByDefault } = inputs;
    if (hostname === undefined && url === undefined) fail("hostname", "is required, or url");
    if (hostname !== undefined && url !== undefined) fail("url", "give either url or hostname");
    if (typeof url === "string" && (!/^wss?:\/\//i.test(url) || !addressOf(url)))
      fail("url", "must be wss://host:port");
    if (typeof hostname === "string" && !addressOf({ hostname }))
      fail("hostname", "must be a host, without scheme or port");
    if (subscriptions !== undefined && replicateByDefault === true)
      fail("subscriptions", "have no effect on a node that replicates everything: leave out replicateByDefault");
    if (!Array.isArray(subscriptions)) return;
    const seen = new Set<string>();
    for (const [index, edge] of subscriptions.entries()) {
      checkEdge(edge, `subscriptions[${index}]`, fail);
      if (hasUnknown(edge)) continue;
      const key = edgeKey(edge);
      if (seen.has(key)) fail(`subscriptions[${index}].table`, `${key} is given twice`);
      seen.add(key);
    }
  },

  complete(inputs) {
    inputs.replicateByDefault ??= inputs.subscriptions === undefined;
  },

  async liveRules(inputs, { at, instances, tell, isNew }, fail) {
    const { subscriptions = [], peer } = inputs;
    const problem = peer === undefined ? undefined : instances.problemWith(peer);
    if (problem) fail("peer", problem);
    if (!inputs.replicateByDefault)
      await requireExplicitEdges(at, subscriptions.length > 0 ? "subscriptions" : "replicateByDefault", fail);
    if (inputs.retainAuthorization)
      tell(
        "warning",
        "retainAuthorization keeps the peer's credentials readable in clear in cluster_status and on every member.",
      );
    if (isNew && inputs.replicateByDefault) await warnOfMerge(at, inputs, { instances, tell });
    if (inputs.requireTables !== false)
      await requireTables(
        at,
        subscriptions.map((edge, index) => ({ edge, path: `subscriptions[${index}]` })),
        fail,
      );
  },

  id: ({ instance, name }) => `${instance}/${name}`,

  async observe(like, context) {
    const { at } = context;
    const row = await locate(like, context);
    return row && { ...stateOf(row, like), instance: await at.client.nodeName() };
  },

  async write(wanted, before, context) {
    const { at } = context;
    const row = before && (await locate(before, context));
    if (row) await followHistory(row.name, context);
    // Before the first record there is no log to read: what follows is known from here.
    else await readPending(at.client);
    if (row && !wanted.replicateByDefault && !row.full)
      await at.client.updateNode({
        ...request(wanted, context),
        hostname: row.name,
        url: row.url,
        subscriptions: edgesFor(row, wanted),
      });
    else if (row?.full && !wanted.replicateByDefault)
      throw new HarperError("refused", {
        operation: "update_node",
        instance: at.name,
        problem: `"${row.name}" replicates everything and cannot be narrowed in place`,
      });
    else await join(wanted, context);
    if (row) await forgetMirror(row.name, context);
    if (wanted.activate === "reconnect" && row)
      await at
        .burst(reconnectNodes)
        .submit({ node: row.name, context, authorization: request(wanted, context).authorization });
    const now = await locate(before ?? wanted, context);
    if (now && replicates(now)) await awaitConnection(at, now.name, databasesIn(now), context);
  },

  remove: ({ name }, context) => removeOnBothEnds(name, context),

  overdue: async ({ name }, { activate }, context) =>
    activate === "reconnect" && (await isWaiting(context.at, name, context)) ? ["activate"] : [],

  pending: ({ name }, context) => pendingSentences(name, context),
});

const databasesIn = ({ full, subscriptions }: NodeRow): string =>
  full ? "*" : [...new Set(subscriptions.filter(isOn).map(({ database }) => database))].sort().join();

/** Full replication copies each side's rows to the other: said in preview, with what the instances count. */
async function warnOfMerge(
  at: Instance,
  { peer, hostname, url }: NodeInputs,
  { instances, tell }: Pick<Context, "instances" | "tell">,
) {
  const other = peer === undefined ? undefined : instances.at(peer);
  const sides = await Promise.all([at, other].map(async (side) => side && `${side.name} has ${await rowsOf(side)}`));
  const counted = sides.filter((side) => side !== undefined).join(", ");
  tell(
    "info",
    `Node ${hostname ?? url}: joining merges the data of both sides (${counted}). Rows with the same key: the newer one stays.`,
  );
}

/** The peer's record, by the name known from state, else by the address declared. */
async function locate(like: NodeInputs | NodeState, { at }: Context): Promise<NodeRow | undefined> {
  if ("name" in like) return findNode(at, ({ name }) => name === like.name);
  const { hostname, url } = like;
  const address = url ? addressOf(url) : replicationUrl(hostname ?? "");
  return (
    (await findNode(at, ({ name }) => name === hostname)) ??
    (await findNode(at, (row) => row.url !== undefined && addressOf(row.url) === address)) ??
    (await findNode(at, (row) => hostname !== undefined && row.url !== undefined && hostOf(row.url) === hostname))
  );
}

/** What is declared, as it was read; what is not declared is not managed and stays out. */
function stateOf(row: NodeRow, like: NodeInputs): Omit<NodeState, "instance"> {
  const {
    target,
    adopt,
    peer,
    requireTables: required,
    activate,
    hostname,
    url,
    subscriptions,
    shard,
    revokedCertificates,
  } = like;
  const host = row.url && hostOf(row.url);
  return {
    target,
    adopt,
    peer,
    requireTables: required,
    activate,
    hostname: hostname === row.name || hostname === host ? hostname : hostname && (host ?? row.name),
    url: url && row.url,
    replicateByDefault: row.full,
    subscriptions: subscriptions && inOrderOf(subscriptions, row.subscriptions.filter(isOn)),
    shard: shard === undefined ? undefined : row.shard,
    revokedCertificates: revokedCertificates && row.revokedCertificates,
    name: row.name,
    address: row.url ?? "",
  };
}

/** Adds the node, one at a time: parallel first joins on one instance overwrite each other's certificate. */
async function join(wanted: NodeInputs, context: Context): Promise<void> {
  const { hostname, url, subscriptions } = wanted;
  if (!wanted.replicateByDefault) warnOfExplicitEdges(context);
  const explicit = subscriptions?.length ? subscriptions : [...noEdges];
  await context.instances.inTurn(() =>
    context.at.client.addNode({
      ...request(wanted, context),
      ...(hostname ? { hostname } : {}),
      ...(url ? { url } : {}),
      ...(wanted.replicateByDefault ? {} : { subscriptions: explicit }),
    }),
  );
}

/** Every field, on every call: what is left out Harper takes for its default. */
function request(wanted: NodeInputs, { instances }: Context) {
  const { verifyTls, retainAuthorization, revokedCertificates, shard, startTime, peer } = wanted;
  const ofPeer = peer === undefined ? undefined : instances.at(peer).authorization;
  return {
    verifyTls,
    retainAuthorization,
    revokedCertificates,
    shard,
    startTime,
    authorization: wanted.authorization ?? ofPeer,
  };
}

/** The whole inline set, and what is to be turned off. Explicit nodes get what changes nothing: edges are merged. */
function edgesFor(row: NodeRow, { subscriptions }: NodeInputs): SomeEdges {
  if (!subscriptions || subscriptions.length + row.subscriptions.length === 0) return [...noEdges] as SomeEdges;
  const keys = new Set(subscriptions.map(edgeKey));
  const off = row.subscriptions
    .filter((edge) => !keys.has(edgeKey(edge)))
    .map((edge) => ({ ...edge, subscribe: false, publish: false }));
  return [...subscriptions, ...off] as SomeEdges;
}

/** As declared first, then what else is there. */
function inOrderOf(declared: readonly Edge[], there: readonly Edge[]): Edge[] {
  const place = new Map(declared.map((edge, index) => [edgeKey(edge), index]));
  return there.toSorted(
    (one, other) => (place.get(edgeKey(one)) ?? declared.length) - (place.get(edgeKey(other)) ?? declared.length),
  );
}
