import type { Instance } from "../instances";
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
  return (await receives(at, node)) && (!other || (await receives(other, await at.client.nodeName())));
}

/** Only the receiving end of an edge has a socket for it. */
async function receives(at: Instance, from: string): Promise<boolean> {
  const row = await findNode(at, ({ name }) => name === from);
  if (!row) return false;
  const databases = new Set(row.subscriptions.filter(({ subscribe }) => subscribe).map(({ database }) => database));
  if (!row.full && databases.size === 0) return true;
  // Asked anew each time; what is stored was read when it was written.
  const { connections } = await at.client.send("cluster_status", {});
  const sockets = connections.find(({ name }) => name === from)?.sockets ?? [];
  if (row.full) return sockets.length > 0 && sockets.every(({ connected }) => connected === true);
  return [...databases].every((database) =>
    sockets.some((socket) => socket.database === database && socket.connected === true),
  );
}
