import { onBehalfOf } from "../burst";
import type { Instance } from "../instances";
import { type Edge, edgeIn, edgeKey, HarperError, type NodeRow, type SomeEdges } from "../operations-api";
import type { Context } from "../resource";
import { findNode } from "./common";
import { followHistory } from "./pending";

interface EdgeWrite {
  node: string;
  edge: Edge;
  /** Send it even where the record says so already. */
  always: boolean;
  /** The node itself, where it is in harper:instances. */
  other: Instance | undefined;
  /** The node is gone for good: that it was not told is no error. */
  isDeaf: boolean;
}

/** Sets one edge, together with all that arrive with it; off both ways takes it away. Read back before it returns. */
export async function setEdge(node: string, edge: Edge, always: boolean, context: Context): Promise<void> {
  await followHistory(node, context);
  const other = await context.instances.reporting(node);
  const isDeaf = context.instances.isGone(node);
  await context.at.burst(writeEdges).submit({ node, edge, always, other, isDeaf });
}

/** Writes a burst of edges: one update_node for each node, one read on each end to verify them all. */
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
  const sent = writes.filter(({ edge, always }) => always || !isAsWanted(row, edge));
  if (sent.length === 0) return;
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
  const update = {
    hostname,
    url,
    shard,
    ...(revokedCertificates.length > 0 ? { revokedCertificates } : {}),
    subscriptions: sent.map(({ edge }) => edge) as SomeEdges,
  };
  const other = writes.find((write) => write.other)?.other;
  const authorization = other?.authorization;
  const send = (request: typeof update & { authorization?: Instance["authorization"] }) =>
    onBehalfOf(sent, () => at.client.updateNode(request));
  try {
    await send(update).catch(async (error: unknown) => {
      // Harper 4.4 wants the peer's credentials again; newer ones are known to the peer by their certificate.
      if (isHalfDone(error) && writes.every(({ isDeaf }) => isDeaf)) return;
      if (!authorization || !isHalfDone(error) || !error.message.includes("Unauthorized")) throw error;
      await send({ ...update, authorization });
    });
  } finally {
    // Its half is another one now; it is read while the target is. Whoever waits for it sees a failure, too.
    other?.client.nodesNow().catch(() => {});
  }
}

const isHalfDone = (error: unknown): error is HarperError => error instanceof HarperError && error.code === "halfDone";

async function verify(at: Instance, node: string, edge: Edge): Promise<unknown> {
  const row = await findNode(at, ({ name }) => name === node);
  if (isAsWanted(row, edge)) return undefined;
  const there = edgeIn(row, edge);
  return new HarperError("notApplied", {
    operation: "update_node",
    instance: at.name,
    problem: `${edgeKey(edge)} of node "${node}" reads ${there ? JSON.stringify(there) : "as absent"} after it was set to ${JSON.stringify(edge)}`,
  });
}

/** Whether the record says what the edge says; off is also what is not there. */
function isAsWanted(row: NodeRow | undefined, edge: Edge): boolean {
  const there = edgeIn(row, edge);
  return (there?.subscribe ?? false) === edge.subscribe && (there?.publish ?? false) === edge.publish;
}
