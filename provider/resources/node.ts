import {
  edgeKey,
  HarperError,
  hostOf,
  isOn,
  type NodeRow,
  readPending,
  replicates,
  replicationUrl,
} from "../operations-api";
import { type Context, defineResource, type Fail } from "../resource";
import { hasUnknown, knownOf } from "../unknown";
import { checkAddress, findNode, identityOf } from "./common";
import { awaitConnection, connectionSentences } from "./connected";
import { declaresEdges } from "./edge-owners";
import { nodeHazards, peerOf, tellOfReturning } from "./hazards";
import { declaresNode } from "./mesh";
import { awaitMirror, type Compared, isHidden, mirrorOf, mirrorSoon, recordThere } from "./mirror";
import { type NodeInputs, type NodeState, nodeInputs, nodeOutputs } from "./node-fields";
import { everythingOf, expectedName, locate, stateOf } from "./node-record";
import { join, leftBy, request, updateInPlace } from "./node-writes";
import { followHistory, forgetMirror, pendingSentences } from "./pending";
import { recordsRead } from "./read-back";
import { isWaiting, reconnectNodes } from "./reconnect";
import { removeEverywhere, removeFrom } from "./removal";
import { declares } from "./sole-owners";
import { checkEdge, requireTables } from "./tables";
import { requireExplicitEdges } from "./versions";

/** Membership of a peer, as seen from the target. */
export const node = defineResource<NodeInputs, NodeState>({
  name: "Node",
  description:
    "A peer of the target, in one of three ways: it replicates everything (nothing else said), exactly the `subscriptions` given here, or, with `replicateByDefault: false`, only the edges of Subscription resources.",
  inputs: nodeInputs,
  outputs: nodeOutputs,

  rules(inputs, fail) {
    const { hostname, url, subscriptions, replicateByDefault } = inputs;
    checkAddress({ hostname, url }, fail);
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

  async liveRules(inputs, context, fail) {
    declares("Node", context, fail);
    await nodeLiveRules(inputs, context, fail);
  },

  hazards: nodeHazards,

  id: ({ instance, name }) => `${instance}/${name}`,
  mirrored: true,
  peer: (like) => (like as Partial<NodeState>).name ?? like.hostname ?? hostOf(like.url ?? ""),
  within: ([one, other]) => [`${one}/configuration`, `${other}/configuration`],
  isWhole: ({ replicateByDefault, subscriptions }) => replicateByDefault === true || subscriptions !== undefined,
  async expected(inputs, context) {
    return { name: await expectedName(inputs, context) };
  },
  idForms: {
    NODE: "as it is: with all its edges in `subscriptions` where it has any",
    "NODE/explicit": "with `replicateByDefault: false`, its edges being Subscriptions of their own",
  },
  fromId(rest) {
    const [name, form, ...more] = rest.split("/");
    if (!name || more.length > 0 || (form !== undefined && form !== "explicit")) return undefined;
    return form ? { name, replicateByDefault: false } : { name };
  },
  async declareAll(like, { at }) {
    const row = await findNode(at, ({ name }) => name === (like as NodeState).name);
    return row ? { ...like, ...everythingOf(row, like) } : like;
  },

  async observe(like, context) {
    const { at } = context;
    const row = await locate(like, at);
    if (!row) return remains(like, context);
    const { mirror } = like as Partial<NodeState>;
    const [identity, half] = await Promise.all([identityOf(at), mirrorOf(row, comparedIn(row, like), mirror, context)]);
    return { ...stateOf(row, like), ...identity, mirror: half };
  },

  async write(wanted, before, context) {
    const { at, tell, instances } = context;
    const turns = instances.turnsTaken;
    const row = before && (await locate(before, at));
    if (row) await followHistory(row.name, context);
    // Before the first record there is no log to read: what follows is known from here.
    else await readPending(at.client);
    const left = before ? leftBy(before, wanted) : [];
    if (left.length > 0)
      tell(
        "warning",
        `Node ${before?.name}: its edges are no longer declared in it, and stay as they are: ${left.join(", ")}. Declare them as Subscriptions, or turn them off before.`,
      );
    if (context.isWritten && row) {
      // It was sent, and only its answer was lost.
    } else if (row && !wanted.replicateByDefault && !row.full) await updateInPlace(row, wanted, context);
    else if (row?.full && !wanted.replicateByDefault)
      throw new HarperError("refused", {
        operation: "update_node",
        instance: at.name,
        problem: `"${row.name}" replicates everything and cannot be narrowed in place`,
      });
    else await join(wanted, row ? undefined : turns, context);
    const now = await locate(before ?? wanted, at);
    if (now) await forgetMirror(now.name, context);
    const compared = now && comparedIn(now, wanted);
    // What a first join brings is passed over by a peer that copies the table at that moment: written again, it comes.
    if (now && compared === "shard" && (await mirrorSoon("add_node", now, compared, context, 2000)) === "another shard")
      await join(wanted, undefined, context);
    if (now) await awaitMirror(row ? "update_node" : "add_node", now, compared, context);
    if (wanted.activate === "reconnect" && row)
      await at
        .burst(reconnectNodes)
        .submit({ node: row.name, context, authorization: request(wanted, context).authorization });
    if (now && replicates(now)) await awaitConnection(at, now.name, databasesIn(now), context);
  },

  async remove(state, context) {
    if (!(await removeEverywhere(state, context))) return false;
    await tellOfReturning(state, context);
    return true;
  },

  /** Harper knows a node by the name it reports, which usually is its host. */
  assume: ({ hostname, url = "" }) => ({
    name: hostname ?? hostOf(url) ?? "",
    address: url || replicationUrl(hostname ?? ""),
  }),

  /** The peer's half is all that there is left of it. */
  async abandon({ instance, name }, { instances }) {
    const other = await instances.reporting(name);
    if (other) await removeFrom(other, instance);
    return other
      ? `The record of ${instance} on ${other.name} was removed.`
      : `What ${name} has of it was not checked.`;
  },

  lastRead(like, context) {
    const { name, hostname, url, instance } = like as Partial<NodeState>;
    return recordsRead(instance, name ?? hostname ?? hostOf(url ?? "") ?? "", context);
  },

  overdue: async ({ name }, { activate }, context) =>
    activate === "reconnect" && (await isWaiting(context.at, name, context)) ? ["activate"] : [],

  pending: async ({ name }, context) => [
    ...(await pendingSentences(name, context)),
    ...(await connectionSentences(name, context)),
  ],
});

/** What the target and the peer have to say to a Node, wherever it is declared. */
export async function nodeLiveRules(inputs: NodeInputs, context: Context, fail: Fail): Promise<void> {
  const { at, instances } = context;
  const { peer, hostname, url, replicateByDefault, requireTables: required } = knownOf(inputs);
  const declared = Array.isArray(inputs.subscriptions) ? inputs.subscriptions : [];
  const edges = declared.map((edge, index) => ({ edge, path: `subscriptions[${index}]` }));
  const problem = peer === undefined ? undefined : instances.problemWith(peer);
  if (problem) {
    fail("peer", problem.reason);
    return;
  }
  if (hostname?.toLowerCase() === (await at.client.nodeName()).toLowerCase()) {
    fail("hostname", "is the target itself");
    return;
  }
  declaresNode({ hostname, url, replicateByDefault }, context);
  const named = inputs.subscriptions && (hostname ?? (url && (await locate({ url }, at))?.name));
  const clash = named && declaresEdges(at, named, { inline: declared });
  if (clash) fail("subscriptions", clash);
  if (replicateByDefault === false)
    await requireExplicitEdges(
      at,
      await peerOf(inputs, instances),
      edges.length > 0 ? "subscriptions" : "replicateByDefault",
      fail,
    );
  const known = edges.filter(({ edge }) => !hasUnknown(edge));
  if (required !== false) await requireTables(at, known, fail);
}

/** What is left of a Node that the target has no more: its peer's half. One that cannot be asked may have it still. */
async function remains(like: NodeInputs | NodeState, context: Context): Promise<NodeState | undefined> {
  if (!("name" in like)) return undefined;
  const isLeft = (await recordThere(like.name, context)) ?? (await isHidden(like.name, like.mirror, context));
  return isLeft ? { ...like, ...(await identityOf(context.at)), mirror: "only there" } : undefined;
}

/** What is declared in the Node itself: its edges, or the shard of one that replicates everything. */
function comparedIn({ full, subscriptions }: NodeRow, like: NodeInputs): Compared {
  if (full) return like.shard === undefined ? undefined : "shard";
  return like.subscriptions && { edges: subscriptions.filter(isOn), all: true };
}

const databasesIn = ({ full, subscriptions }: NodeRow): string =>
  full ? "*" : [...new Set(subscriptions.filter(isOn).map(({ database }) => database))].sort().join();
