import type { Instances } from "../../provider/instances";
import { addressOf, cannotTell, HarperError, withoutUserinfo } from "../../provider/operations-api";
import type { Live, LiveInstance } from "./snapshot";

/** Asks every instance once. */
export async function readLive(instances: Instances, names: readonly string[] = instances.names): Promise<Live> {
  const live: Live = { instances: [], silent: [] };
  const asked = names.filter((name) => !instances.at(name).connection.gone);
  const answers = await Promise.allSettled(asked.map((name) => readInstance(instances, name)));
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") live.instances.push(answer.value);
    else if (!cannotTell(answer.reason) || answer.reason.code === "cancelled") throw answer.reason;
    else live.silent.push({ name: asked[index] as string, problem: answer.reason.message });
  }
  return live;
}

async function readInstance(instances: Instances, name: string): Promise<LiveInstance> {
  const { client } = instances.at(name);
  const reports = await client.nodeName();
  const [version, rows, status, tables, stored, dialled] = await Promise.all([
    client.version(),
    client.nodes(),
    client.clusterStatus(),
    client.tables(),
    client.storedRoutes(),
    client.getRoutes().catch(withoutRouteOperations),
  ]);
  const addresses = (routes: typeof stored) => routes.flatMap((route) => addressOf(route) ?? []);
  return {
    name,
    reports,
    version,
    peers: rows
      .filter((row) => row.name !== reports)
      .map(({ name: peer, url, full, subscriptions, shard, revokedCertificates }) => ({
        name: peer,
        url: url === undefined ? null : withoutUserinfo(url, ""),
        full,
        subscriptions,
        shard: shard ?? null,
        revokedCertificates,
      })),
    sockets: status.connections.flatMap(({ name: peer, sockets }) =>
      sockets.map(({ database, connected, latency, behindMs, backPressurePercent, sendsCopy, catchesUp }) => ({
        peer: peer ?? "?",
        database: database ?? "?",
        connected: connected === true,
        latencyMs: latency ?? null,
        behindMs: behindMs ?? null,
        backPressurePercent: backPressurePercent ?? null,
        isCopying: sendsCopy || catchesUp,
      })),
    ),
    routes: { stored: addresses(stored), dialled: addresses(dialled ?? stored) },
    tables: Object.fromEntries(tables),
  };
}

/** Harper 5 does not tell what its process dials. */
function withoutRouteOperations(error: unknown): undefined {
  if (!(error instanceof HarperError) || error.code !== "unsupportedOperation") throw error;
}
