import { z } from "zod";
import type { Instance } from "../instances";
import { type Edge, edgeKey, edgeSchema, HarperError, isOn, type NodeRow, type SomeEdges } from "../operations-api";
import { type CommonInputs, type CommonOutputs, defineResource } from "../resource";
import { commonInputs, commonOutputs, edgeSettings, findNode } from "./common";
import { followHistory, forgetMirror, pendingSentences } from "./pending";
import { reconnectNodes } from "./reconnect";
import { checkEdge, requireTables } from "./tables";
import { requireExplicitEdges } from "./versions";

export interface SubscriptionInputs extends CommonInputs, Edge {
  node: string;
  requireTables?: boolean | undefined;
  activate?: "reconnect" | undefined;
}
export type SubscriptionState = SubscriptionInputs & CommonOutputs;

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
  outputs: z.strictObject(commonOutputs),

  rules(inputs, fail) {
    checkEdge(inputs, "", fail);
  },

  async liveRules(inputs, { at }, fail) {
    await requireExplicitEdges(at, "node", fail);
    const row = await findNode(at, ({ name }) => name === inputs.node);
    if (row?.full)
      fail(
        "node",
        `"${row.name}" replicates everything, so an edge to it changes nothing: give its Node replicateByDefault: false`,
      );
    if (inputs.requireTables !== false) await requireTables(at, [{ edge: inputs, path: "" }], fail);
  },

  id: ({ instance, node, database: in_, table: of }) => `${instance}/${node}/${in_}/${of}`,

  async observe(like, { at }) {
    const row = await findNode(at, ({ name }) => name === like.node);
    const edge = row && edgeIn(row, like);
    if (!edge) return undefined;
    const { target, adopt, requireTables: required, activate } = like;
    return {
      target,
      adopt,
      requireTables: required,
      activate,
      node: row.name,
      ...edge,
      instance: await at.client.nodeName(),
    };
  },

  async write(wanted, before, context) {
    const { node, activate } = wanted;
    const edge = {
      database: wanted.database,
      table: wanted.table,
      subscribe: wanted.subscribe,
      publish: wanted.publish,
    };
    await followHistory(node, context);
    // An update of what reads as wanted completes one that the peer was not told of.
    await context.at.burst(writeEdges).submit({ node, edge, always: before !== undefined });
    await forgetMirror(node, context);
    if (activate === "reconnect") await context.at.burst(reconnectNodes).submit({ node, context });
  },

  async remove({ node, database: in_, table: of }, context) {
    await followHistory(node, context);
    await context.at
      .burst(writeEdges)
      .submit({ node, edge: { database: in_, table: of, subscribe: false, publish: false }, always: false });
    await forgetMirror(node, context);
  },

  pending: ({ node }, context) => pendingSentences(node, context),
});

interface EdgeWrite {
  node: string;
  edge: Edge;
  /** Send it even where the record says so already. */
  always: boolean;
}

const edgeIn = (row: NodeRow, like: Pick<Edge, "database" | "table">): Edge | undefined =>
  row.subscriptions.find((edge) => edgeKey(edge) === edgeKey(like) && isOn(edge));

/** Writes a burst of edges: one update_node for each node, one read to verify them all. */
async function writeEdges(at: Instance, writes: EdgeWrite[]): Promise<unknown[]> {
  const outcomes: unknown[] = writes.map(() => undefined);
  for (const node of new Set(writes.map((write) => write.node))) {
    const indexes = [...writes.keys()].filter((index) => writes[index]?.node === node);
    const failure = await updateNode(
      at,
      node,
      indexes.map((index) => writes[index] as EdgeWrite),
    ).catch((error: unknown) => error);
    for (const index of indexes) outcomes[index] = failure;
  }
  for (const [index, { node, edge }] of writes.entries())
    outcomes[index] ??= await verify(at, node, edge).catch((error: unknown) => error);
  return outcomes;
}

async function updateNode(at: Instance, node: string, writes: EdgeWrite[]): Promise<void> {
  const row = await findNode(at, ({ name }) => name === node);
  const changed = writes.filter(({ edge, always }) => always || !isAsWanted(row, edge)).map(({ edge }) => edge);
  if (changed.length === 0) return;
  if (!row)
    throw new HarperError("notFound", {
      operation: "update_node",
      instance: at.name,
      problem: `there is no node "${node}"`,
      advice: "Declare it as a Node with replicateByDefault: false, and pass its output `name`.",
    });
  if (row.full)
    throw new HarperError("refused", {
      operation: "update_node",
      instance: at.name,
      problem: `"${node}" replicates everything, and Harper would store the edges and ignore them`,
      advice: "Give its Node replicateByDefault: false.",
    });
  const { name: hostname, url, shard, revokedCertificates } = row;
  await at.client.updateNode({
    hostname,
    url,
    shard,
    ...(revokedCertificates.length > 0 ? { revokedCertificates } : {}),
    subscriptions: changed as SomeEdges,
  });
}

async function verify(at: Instance, node: string, edge: Edge): Promise<unknown> {
  const row = await findNode(at, ({ name }) => name === node);
  if (isAsWanted(row, edge)) return undefined;
  const there = row?.subscriptions.find((other) => edgeKey(other) === edgeKey(edge));
  return new HarperError("notApplied", {
    operation: "update_node",
    instance: at.name,
    problem: `${edgeKey(edge)} of node "${node}" reads ${there ? JSON.stringify(there) : "as absent"} after it was set to ${JSON.stringify(edge)}`,
  });
}

/** Whether the record says what the edge says; off is also what is not there. */
function isAsWanted(row: NodeRow | undefined, edge: Edge): boolean {
  const there = row?.subscriptions.find((other) => edgeKey(other) === edgeKey(edge));
  return (there?.subscribe ?? false) === edge.subscribe && (there?.publish ?? false) === edge.publish;
}
