import type { Instance, Instances } from "../provider/instances.js";
import {
  cannotTell,
  isSameProcess,
  readProcess,
  replicates,
  type ServerProcess,
} from "../provider/operations-api/index.js";
import { becomes } from "../provider/poll.js";
import { awaitReady } from "../provider/resources/ready/wait.js";
import { Failure } from "./failure.js";
import { peersOf } from "./interruptions.js";
import { say } from "./terminal.js";

export interface Limits {
  /** How long another process may take to answer, and then to be connected as before. */
  startMs: number;
  connectMs: number;
}

/** Of these the operation answers success, and the process stays, with all that it has bound. Tried on 4.4.18. */
const keepsItsProcess = /^4\.[0-4]\./;

/** Restarts an instance. Returns when another process answers that is connected to whom the one before was. */
export async function restart(
  { client, name }: Instance,
  fresh: () => Instance,
  { startMs, connectMs }: Limits = { startMs: 120_000, connectMs: 60_000 },
): Promise<void> {
  const version = await client.version();
  if (keepsItsProcess.test(version))
    throw new Failure(
      `${name} is Harper ${version}, whose operation \`restart\` keeps the process: end it and start it from outside`,
    );
  const before = await readProcess(client);
  const connected = await connectedSockets(fresh());
  await client.restart();
  if (!(await becomes(client, "restart", startMs, () => isAnother(client, before))))
    throw new Failure(`${name} did not come back as another process within ${startMs / 1000} s: see its log`);
  // What the client has kept is of the process before.
  const after = fresh();
  const missing = async () => connected.difference(await connectedSockets(after).catch(() => new Set()));
  if (!(await becomes(after.client, "cluster_status", connectMs, async () => (await missing()).size === 0))) {
    const lost = [...(await missing())].sort().join(", ");
    throw new Failure(`${name} is another process, but after ${connectMs / 1000} s not connected again: ${lost}`);
  }
}

/** Waits until an instance and its peers are connected both ways, and nothing is being copied. */
export async function catchUp(at: Instance, instances: Instances): Promise<void> {
  const peers = (await peersOf(at)).filter((row) => replicates(row));
  if (peers.length === 0) return;
  const names = [await at.client.nodeName(), ...peers.map(({ name }) => name)];
  const patience = { stableMs: 1000, timeoutMs: 300_000, ignoresPending: true };
  await awaitReady(names, patience, { at, instances, tell: (_severity, text) => say(text) });
}

/** While it restarts, nothing answers: it is asked again. */
async function isAnother(client: Instance["client"], before: ServerProcess): Promise<boolean> {
  try {
    return !isSameProcess(before, await readProcess(client));
  } catch (error) {
    if (cannotTell(error)) return false;
    throw error;
  }
}

/** `database of peer`, for each database that replicates and whose socket is connected. */
async function connectedSockets(at: Instance): Promise<Set<string>> {
  at.client.forget();
  const rows = await peersOf(at);
  const { connections } = await at.client.clusterStatus();
  const sockets = connections.flatMap(({ name, sockets }) => {
    const row = rows.find((row) => row.name === name);
    const on = sockets.filter(
      ({ connected, database }) =>
        connected === true &&
        (row?.full ||
          row?.subscriptions.some((edge) => edge.database === database && (edge.subscribe || edge.publish))),
    );
    return on.map(({ database }) => `${database} of ${name}`);
  });
  return new Set(sockets);
}
