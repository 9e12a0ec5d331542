import type { Instance } from "../instances";
import type { ConnectionStatus } from "../operations-api";
import { becomes } from "../poll";
import type { Context } from "../resource";
import { findNode } from "./common";

const settleMs = 10_000;

/**
 * Waits until the sockets are open over which rows come, on both ends that can be asked: that takes some tenths of a
 * second after Harper's success, and explicit edges never send later what was written before. Once a process and
 * database, as the sockets then stay.
 */
export async function awaitConnection(
  at: Instance,
  node: string,
  databases: string,
  { instances, tell }: Context,
): Promise<void> {
  await at.client.share(`connected ${node} ${databases}`, Number.POSITIVE_INFINITY, async () => {
    const other = await instances.reporting(node);
    const open = await becomes(at.client, "cluster_status", settleMs, () => isConnected(at, node, other));
    if (!open)
      tell("warning", `${at.name} and ${node} are not connected: what is stored on them flows only when they are.`);
  });
}

/** Whether each end has an open socket for every database from which it receives rows. */
export async function isConnected(at: Instance, node: string, other: Instance | undefined): Promise<boolean> {
  // Asked anew each time; what is stored was read when it was written.
  const receives = async (instance: Instance, from: string) =>
    (await socketsOf(instance, from, () => instance.client.send("cluster_status", {}))) !== "closed";
  return (await receives(at, node)) && (!other || (await receives(other, await at.client.nodeName())));
}

/** Which half of a connection is closed at this moment, in a sentence; asked once a process. Each end has a socket of its own. */
export async function connectionSentences(node: string, { at, instances }: Context): Promise<string[]> {
  // It was removed: no socket is to be open.
  if (!(await findNode(at, ({ name }) => name === node))) return [];
  return at.client.share(`sockets ${node}`, Number.POSITIVE_INFINITY, async () => {
    const [other, own] = [await instances.reporting(node), await at.client.nodeName()];
    const shared = (instance: Instance, from: string) =>
      socketsOf(instance, from, () => instance.client.clusterStatus());
    const [here, there] = await Promise.all([shared(at, node), other && shared(other, own)]);
    if (here !== "closed" && there !== "closed") return [];
    const peer = other?.name ?? node;
    const mend = `Harper dials again by itself; where that does not help, a restart of both ends does: \`pulumi-harper restart ${[at.name, ...(other ? [other.name] : [])].join(" ")}\`.`;
    if (here === there) return [`Not connected: neither ${at.name} nor ${peer} receives rows from the other. ${mend}`];
    const [open, closed] = here === "closed" ? [peer, at.name] : [at.name, peer];
    const unseen = there === undefined ? ` Whether ${peer} does cannot be seen.` : "";
    return [`Half-open: ${closed} does not receive rows from ${open}, its socket is closed.${unseen} ${mend}`];
  });
}

type Sockets = "open" | "closed" | "none needed";

/** The sockets over which an instance receives from a node: only the receiving end of an edge has one for it. */
async function socketsOf(
  at: Instance,
  from: string,
  status: () => Promise<{ connections: ConnectionStatus[] }>,
): Promise<Sockets> {
  const row = await findNode(at, ({ name }) => name === from);
  if (!row) return "closed";
  const databases = new Set(row.subscriptions.filter(({ subscribe }) => subscribe).map(({ database }) => database));
  if (!row.full && databases.size === 0) return "none needed";
  const { connections } = await status();
  const sockets = connections.find(({ name }) => name === from)?.sockets ?? [];
  const isOpen = row.full
    ? sockets.length > 0 && sockets.every(({ connected }) => connected === true)
    : [...databases].every((database) =>
        sockets.some((socket) => socket.database === database && socket.connected === true),
      );
  return isOpen ? "open" : "closed";
}
