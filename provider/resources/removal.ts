import type { Instance } from "../instances";
import { addressOf, cannotTell, HarperError, type NodeRow } from "../operations-api";
import { becomes, must } from "../poll";
import type { Context } from "../resource";

/** How long an instance may take to drop a record, and how long to wait where it cannot be asked. */
const settleMs = 10_000;
const blindMs = 1500;

/**
 * Removes a node on both ends. Harper removes it from the target and, in a full mesh, from everyone; the leaver keeps its
 * records and goes on dialling, so they are removed there, too, where it is in harper:instances.
 */
export async function removeOnBothEnds(name: string, { at, instances, tell }: Context): Promise<void> {
  const own = await at.client.nodeName();
  const members = (await at.client.nodesNow()).filter((row) => row.full).map((row) => row.name);
  await removeFrom(at, name);

  const leaver = await instances.reporting(name);
  if (leaver) await clearLeaver(leaver, own, members, tell);
  else {
    tell(
      "info",
      `Node ${own}/${name}: removed at ${own}. What ${name} keeps was not checked: it is not in harper:instances or does not answer.`,
    );
    await at.client.pause("remove_node", blindMs);
  }
  if (members.length > 0) await clearOwnRow(at);
}

/** A route dials the node at the next start, and its record is there again. */
export async function warnOfRoutes({ name, address }: { name: string; address: string }, { at, tell }: Context) {
  const route = addressOf(address);
  try {
    if ((await at.client.storedRoutes()).every((stored) => addressOf(stored) !== route)) return;
    tell(
      "warning",
      `${at.name} still has the route ${route}, which brings the removed node back at its next start unless it is deleted, too.`,
    );
  } catch (error) {
    // The node is removed all the same.
    if (!(error instanceof HarperError)) throw error;
    tell(
      "warning",
      `Whether a route brings ${name} back at the next start of ${at.name} could not be asked. ${error.message}`,
    );
  }
}

/** After this, an add_node does not race with the peer's own removal. */
async function clearLeaver(leaver: Instance, own: string, members: string[], tell: Context["tell"]): Promise<void> {
  try {
    await becomes(leaver.client, "remove_node", 1000, async () => !has(await leaver.client.nodesNow(), own));
    const self = await leaver.client.nodeName();
    const rows = await leaver.client.nodesNow();
    const stale = rows.filter((row) => row.full && row.name !== self && members.includes(row.name));
    for (const row of stale) await removeIfThere(leaver, row.name);
    if (has(rows, own)) await removeFrom(leaver, own);
    if (rows.some((row) => row.full)) await clearOwnRow(leaver);
  } catch (error) {
    if (!cannotTell(error)) throw error;
    tell("warning", `The record of ${own} on ${leaver.name} may still be there. ${error.message}`);
  }
}

/** Full replication leaves the instance's own row behind when the last peer is gone. */
async function clearOwnRow(at: Instance): Promise<void> {
  const own = await at.client.nodeName();
  const rows = await at.client.nodesNow();
  if (rows.length === 1 && rows[0]?.name === own) await removeIfThere(at, own);
}

/** Removes a node from one instance, and waits until its table says so. */
export async function removeFrom(at: Instance, name: string): Promise<void> {
  await removeIfThere(at, name);
  const isGone = async () => !has(await at.client.nodesNow(), name);
  await must(at.client, "remove_node", settleMs, `node "${name}" is still listed`, isGone);
}

async function removeIfThere(at: Instance, name: string): Promise<void> {
  try {
    await at.client.removeNode(name);
  } catch (error) {
    if (!(error instanceof HarperError) || error.code !== "notFound") throw error;
  }
}

export const has = (rows: NodeRow[], name: string): boolean => rows.some((row) => row.name === name);
