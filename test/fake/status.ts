import type { Instance } from "./instance";
import type { Fields } from "./store";

/** Asked while another call waits, the answer goes to the later one: the first never gets any. */
export function clusterStatus(instance: Instance): Promise<Fields> {
  return new Promise((resolve) => {
    instance.awaitingStatus = resolve;
    setTimeout(() => instance.awaitingStatus?.(currentStatus(instance)), 2);
  });
}

/** The sender says it where it has a socket of its own for the same database, and stops before the receiver has stored all. */
const sendsCopy = ({ cluster, url }: Instance, to: string, database: string): boolean =>
  cluster.byHost(to)?.replication.sockets.get(url)?.get(database)?.copy === "sent";

function currentStatus(instance: Instance): Fields {
  const now = new Date(instance.cluster.clock.now()).toUTCString();
  const connections: Fields[] = [];
  for (const record of instance.replication.known.values()) {
    const databases = instance.replication.sockets.get(record.url as string);
    if (!databases) continue;
    const { ca, node_name, __updatedtime__, __createdtime__, ...shown } = structuredClone(record) as Fields;
    const database_sockets = [...databases].map(([database, { node, connected, copy }]) => ({
      database,
      ...(connected === undefined ? {} : { connected, latency: 1.25 }),
      threadId: 1,
      nodes: [node.name],
      lastReceivedVersion: 0,
      ...(copy && { lastReceivedRemoteTime: "Thu, 01 Jan 2026 00:00:00 GMT", lastReceivedLocalTime: now }),
      ...(sendsCopy(instance, node.name, database) && { sendingMessage: "Copying" }),
      backPressurePercent: 0,
      lastReceivedStatus: copy ? "Receiving" : "Waiting",
    }));
    connections.push({ ...shown, database_sockets });
  }
  const own = instance.nodes.get(instance.name);
  return {
    type: "cluster-status",
    connections,
    node_name: instance.name,
    ...(own?.shard ? { shard: own.shard } : {}),
    ...(own?.url ? { url: own.url } : {}),
    is_enabled: true,
  };
}
