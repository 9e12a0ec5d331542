import { z } from "zod";
import type { Instance } from "../instances";
import { type Edge, edgeIn, edgeSchema, HarperError, isOn, type NodeRow } from "../operations-api";
import { type CommonInputs, type CommonOutputs, type Context, defineResource, type Fail } from "../resource";
import { knownOf } from "../unknown";
import { commonInputs, commonOutputs, edgeSettings, findKnown, findNode, identityOf } from "./common";
import { awaitConnection } from "./connected";
import { declaresEdges, isInline } from "./edge-owners";
import { setEdge } from "./edge-writes";
import { subscriptionHazards } from "./hazards";
import { awaitGone, awaitMirror, type Mirror, mirrorOf, mirrorOutput, recordThere } from "./mirror";
import { pendingSentences } from "./pending";
import { recordsRead } from "./read-back";
import { reconnectNodes } from "./reconnect";
import { declares } from "./sole-owners";
import { checkEdge, requireTables } from "./tables";
import { requireExplicitEdges } from "./versions";

export interface SubscriptionInputs extends CommonInputs, Edge {
  node: string;
  requireTables?: boolean | undefined;
  activate?: "reconnect" | undefined;
}
export type SubscriptionState = SubscriptionInputs & CommonOutputs & { mirror?: Mirror | undefined };

const { database, table, subscribe, publish } = edgeSchema.shape;

/** One edge: a table of a database, between the target and one of its explicit nodes. */
export const subscription = defineResource<SubscriptionInputs, SubscriptionState>({
  name: "Subscription",
  description:
    "One edge of the cluster: the rows of one table, from or to an explicit node (`replicateByDefault: false`). Declared at one of its two ends; the other end mirrors it.",
  inputs: z.strictObject({
    ...commonInputs,
    node: z.string().min(1).meta({
      description: "The node's name as it reports it: the output `name` of its Node.",
      replaceOnChanges: true,
    }),
    database: database.meta({ ...database.meta(), replaceOnChanges: true }),
    table: table.meta({ ...table.meta(), replaceOnChanges: true }),
    subscribe,
    publish,
    ...edgeSettings,
  }),
  outputs: z.strictObject({ ...commonOutputs, mirror: mirrorOutput }),

  rules(inputs, fail) {
    checkEdge(inputs, "", fail);
  },

  async liveRules(inputs, context, fail) {
    const { at, instances } = context;
    declares("Subscription", context, fail);
    const { node, database: in_, table: of, requireTables: required } = knownOf(inputs);
    await requireExplicitEdges(at, node === undefined ? undefined : await instances.reporting(node), "node", fail);
    if (node !== undefined) await requireExplicitNode(at, node, fail);
    const edge = in_ !== undefined && of !== undefined && { ...inputs, database: in_, table: of };
    if (required !== false && edge) await requireTables(at, [{ edge, path: "" }], fail);
  },

  hazards: subscriptionHazards,

  id: ({ instance, node, database: in_, table: of }) => `${instance}/${node}/${in_}/${of}`,
  mirrored: true,
  peer: ({ node }) => node,
  within: ([one, other]) => [`${one}/configuration`, `${other}/configuration`],
  idForms: { "NODE/DATABASE/TABLE": "the edge of that table to that node" },
  fromId(rest) {
    const [node, in_, of, ...more] = rest.split("/");
    return node && in_ && of && more.length === 0 ? { node, database: in_, table: of } : undefined;
  },

  async observe(like, context) {
    const { at } = context;
    const isKnown = "instance" in like;
    const row = await (isKnown ? findKnown(at, like.node) : findNode(at, ({ name }) => name === like.node));
    const edge = onIn(row, like);
    if (!row || !edge) return row && isKnown ? remains(like, context) : undefined;
    const { target, adopt, requireTables: required, activate, mirror: before } = like as Partial<SubscriptionState>;
    const compared = { edges: [edge], all: false };
    const [identity, mirror] = await Promise.all([identityOf(at), mirrorOf(row, compared, before, context)]);
    return {
      target,
      adopt,
      requireTables: required,
      activate,
      node: row.name,
      ...edge,
      ...identity,
      mirror,
    };
  },

  async write(wanted, before, context) {
    const { node, activate, database: in_, table: of, subscribe: inward, publish: outward } = wanted;
    const edge = { database: in_, table: of, subscribe: inward, publish: outward };
    // An update of what reads as wanted completes one that the peer was not told of.
    await setEdge(node, edge, before !== undefined && !context.isWritten, context);
    const row = await findNode(context.at, ({ name }) => name === node);
    if (row) await awaitMirror("update_node", row, { edges: [edge], all: false }, context);
    if (activate === "reconnect") await context.at.burst(reconnectNodes).submit({ node, context });
    await awaitConnection(context.at, node, in_, context);
  },

  async remove(state, context) {
    const { node, database: in_, table: of } = state;
    // Its Node has it now.
    if (isInline(context.at, node, state)) return false;
    const off = { database: in_, table: of, subscribe: false, publish: false };
    // Off here already, and on there: an earlier removal was half done.
    await setEdge(node, off, await isThere(state, context), context).catch((error: unknown) => {
      // Its Node is being removed at the same time, and takes it along.
      if (!(error instanceof HarperError) || error.code !== "notFound") throw error;
    });
    await awaitGone(node, off, context);
    return true;
  },

  lastRead(like, context) {
    const { node = "", instance, database: in_ = "", table: of = "" } = like as Partial<SubscriptionState>;
    return recordsRead(instance, node, context, { database: in_, table: of });
  },

  pending: ({ node }, context) => pendingSentences(node, context),
});

/** What is left of an edge that is off on the target: its peer's half. */
async function remains(state: SubscriptionState, context: Context): Promise<SubscriptionState | undefined> {
  if (!(await isThere(state, context))) return undefined;
  return { ...state, ...(await identityOf(context.at)), mirror: "only there" };
}

const isThere = async (state: SubscriptionState, context: Context): Promise<boolean> =>
  onIn(await recordThere(state.node, context), state) !== undefined;

async function requireExplicitNode(at: Instance, node: string, fail: Fail): Promise<void> {
  const clash = declaresEdges(at, node, "Subscription");
  if (clash) fail("node", clash);
  const isMeant = (row: NodeRow) => row.name === node;
  const rows = await at.client.lastNodes((known) => known.some((row) => isMeant(row) && !row.full));
  if (rows.find(isMeant)?.full)
    fail(
      "node",
      `"${node}" replicates everything, so an edge to it changes nothing: give its Node replicateByDefault: false`,
    );
}

function onIn(row: NodeRow | undefined, like: Pick<Edge, "database" | "table">): Edge | undefined {
  const edge = edgeIn(row, like);
  return edge && isOn(edge) ? edge : undefined;
}
