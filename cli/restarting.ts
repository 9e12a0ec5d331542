import type { Instance, Instances } from "../provider/instances.js";
import {
  cannotTell,
  type HarperClient,
  isSameProcess,
  readProcess,
  replicates,
  type ServerProcess,
} from "../provider/operations-api/index.js";
import { awaitReady } from "../provider/resources/ready/wait.js";
import { Failure } from "./failure.js";
import { peersOf } from "./interruptions.js";
import type { Limit } from "./limit.js";
import { say } from "./terminal.js";

/** Of these the operation answers success, and the process stays, with all that it has bound. Tried on 4.4.18. */
const keepsItsProcess = /^4\.[0-4]\./;

/** Restarts an instance. Returns when another process answers that is connected to whom the one before was. */
export async function restart({ client, name }: Instance, fresh: () => Instance, limit: Limit): Promise<void> {
  const version = await client.version();
  if (keepsItsProcess.test(version))
    throw new Failure(
      `${name} is Harper ${version}, whose operation \`restart\` keeps the process: end it and start it from outside`,
    );
  const before = await readProcess(client);
  const connected = await connectedSockets(fresh());
  await client.restart();
  const another = await otherProcess(client, before, limit);
  if (another !== true)
    throw new Failure(
      `${name} did not come back as another process within ${limit.seconds} s: ${another}. See its log, and start it where it does not run`,
    );
  // What the client has kept is of the process before.
  const after = fresh();
  let missing = connected;
  const isConnected = async () => {
    missing = connected.difference(await connectedSockets(after).catch(() => new Set()));
    return missing.size === 0;
  };
  if (!(await limit.sees(after.client, "cluster_status", isConnected)))
    throw new Failure(
      `${name} is another process, but after ${limit.seconds} s not connected again: ${[...missing].sort().join(", ")}`,
    );
}

const asBefore = "the process that was there still answers";

/** True when another process answers; else, when time is up, what was seen last. */
async function otherProcess(client: HarperClient, before: ServerProcess, limit: Limit): Promise<true | string> {
  const nothing = "it does not answer";
  let seen = nothing;
  const isAnother = async () => {
    try {
      if (seen === asBefore) seen = nothing;
      const isSame = isSameProcess(before, await readProcess(client));
      seen = asBefore;
      return !isSame;
    } catch (error) {
      if (!cannotTell(error)) throw error;
      seen = error.problem;
      return false;
    }
  };
  return (await limit.sees(client, "restart", isAnother)) || seen;
}

/** Waits until an instance and its peers are connected both ways, and nothing is being copied. */
export async function catchUp(at: Instance, instances: Instances, limit: Limit, tell = say): Promise<void> {
  const peers = (await peersOf(at)).filter((row) => replicates(row));
  if (peers.length === 0) return;
  const names = [await at.client.nodeName(), ...peers.map(({ name }) => name)];
  const patience = { stableMs: 1000, timeoutMs: limit.leftMs, ignoresPending: true };
  await awaitReady(names, patience, { at, instances, tell: (_severity, text) => tell(text) });
}

/** The same for all instances: what a restart that was interrupted has left is over then. */
export async function allCaughtUp(instances: Instances, limit: Limit): Promise<void> {
  const told = new Set<string>();
  const tell = (text: string) => {
    if (!told.has(text)) say(text);
    told.add(text);
  };
  const present = instances.names.map((name) => instances.at(name)).filter(({ connection }) => !connection.gone);
  const silent = (await Promise.all(present.map((at) => silenceOf(at, limit)))).flat();
  if (silent.length > 0) throw new Failure(`no answer from ${silent.join("; ")}`);
  await Promise.all(present.map((at) => catchUp(at, instances, limit, tell)));
}

/** Why it did not answer in time; nothing where it did. */
async function silenceOf({ client, name }: Instance, limit: Limit): Promise<string[]> {
  let problem = "it does not answer";
  const answers = async () => {
    try {
      await client.nodeName();
      return true;
    } catch (error) {
      if (!cannotTell(error)) throw error;
      problem = error.problem;
      return false;
    }
  };
  return (await limit.sees(client, "cluster_status", answers)) ? [] : [`${name}: ${problem}`];
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
