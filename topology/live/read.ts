import type { Instances } from "../../provider/instances";
import { addressOf, cannotTell, HarperError, withoutUserinfo } from "../../provider/operations-api";
import type { Live, LiveInstance } from "./snapshot";

/** Asks every instance once. */
export async function readLive(instances: Instances, names: readonly string[] = instances.names): Promise<Live> {
  const { answers, silent } = await askEach(instances, names, (name) => readInstance(instances, name));
  return { instances: answers, silent };
}

/** What each answers; those that do not, with the reason. Nobody asks who is gone for good. */
export async function askEach<T>(
  instances: Instances,
  names: readonly string[],
  ask: (name: string) => Promise<T>,
): Promise<{ answers: T[]; silent: Live["silent"] }> {
  const answers: T[] = [];
  const silent: Live["silent"] = [];
  const asked = names.filter((name) => !instances.at(name).connection.gone);
  for (const [index, answer] of (await Promise.allSettled(asked.map(ask))).entries()) {
    if (answer.status === "fulfilled") answers.push(answer.value);
    else if (!cannotTell(answer.reason) || answer.reason.code === "cancelled") throw answer.reason;
    else silent.push({ name: asked[index] as string, problem: answer.reason.message });
  }
  return { answers, silent };
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
