import type { Instances } from "../../provider/instances";
import { addressOf, type ConnectionStatus, cannotTell, HarperError, type NodeRow } from "../../provider/operations-api";

/** What one instance says of the cluster. */
export interface LiveInstance {
  /** In `harper:instances`. */
  name: string;
  reports: string;
  version: string;
  /** Its own table of nodes, without itself. */
  peers: NodeRow[];
  connections: ConnectionStatus[];
  /** Addresses in its configuration file, and those that its process dials. */
  routes: { stored: string[]; dialled: string[] };
  /** Rows by `database.table`, as it estimates them. */
  tables: ReadonlyMap<string, number>;
}

export interface Live {
  instances: LiveInstance[];
  /** Those that could not be asked, and why. */
  silent: { name: string; problem: string }[];
}

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
    peers: rows.filter((row) => row.name !== reports),
    connections: status.connections,
    routes: { stored: addresses(stored), dialled: addresses(dialled ?? stored) },
    tables,
  };
}

/** Harper 5 does not tell what its process dials. */
function withoutRouteOperations(error: unknown): undefined {
  if (!(error instanceof HarperError) || error.code !== "unsupportedOperation") throw error;
}
