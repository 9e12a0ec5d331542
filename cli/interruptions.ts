import type { Instance } from "../provider/instances.js";
import { type Edge, edgeKey, isOn, type NodeRow, replicates } from "../provider/operations-api/index.js";

/** Every edge of an instance that stops while it is away: what it receives, and what it sends. A line a peer. */
export async function interruptions(at: Instance, isMeant = (_: NodeRow) => true): Promise<string[]> {
  const rows = (await peersOf(at)).filter((row) => replicates(row) && isMeant(row));
  return rows.map(
    (row) => `${at.name} ↔ ${row.name}: ${row.full ? "everything, both ways" : bothWays(row.subscriptions)}`,
  );
}

/** Its table of nodes, without itself. */
export async function peersOf(at: Instance): Promise<NodeRow[]> {
  const own = await at.client.nodeName();
  return (await at.client.nodes()).filter(({ name }) => name !== own);
}

function bothWays(edges: Edge[]): string {
  const list = (some: Edge[]) => some.map(edgeKey).sort().join(", ");
  const received = list(edges.filter((edge) => isOn(edge) && edge.subscribe));
  const sent = list(edges.filter((edge) => isOn(edge) && edge.publish));
  return [received && `receives ${received}`, sent && `sends ${sent}`].filter(Boolean).join("; ");
}
