import { onBehalfOf } from "../burst";
import type { Instance } from "../instances";
import { edgeKey, HarperError, isOn, type NodeRow, noteRebound, readPending, readSilenced } from "../operations-api";
import { becomes, must } from "../poll";
import type { Context } from "../resource";
import { findNode } from "./common";
import { isConnected } from "./connected";
import { has, removeFrom } from "./removal";

const settleMs = 15_000;
const blindMs = 2000;
/** A socket that opens at all does so in some tenths of a second. */
const openMs = 3000;
const addTries = 3;

/** One wish to reconnect a node, as it arrives in a burst. */
export interface Wish {
  node: string;
  context: Pick<Context, "instances" | "tell">;
  /** The peer's credentials; else those that harper:instances has for it. */
  authorization?: Authorization | undefined;
}
type Authorization = Instance["authorization"];

/** Reconnects each node of a burst once, and only where something waits for it. */
export async function reconnectNodes(at: Instance, wishes: Wish[]): Promise<unknown[]> {
  const outcomes = new Map<string, unknown>();
  for (const wish of wishes) {
    if (outcomes.has(wish.node)) continue;
    const same = wishes.filter(({ node }) => node === wish.node);
    const done = onBehalfOf(same, () => reconnectIfPending(at, wish));
    outcomes.set(wish.node, await done.catch((error: unknown) => error));
  }
  return wishes.map(({ node }) => outcomes.get(node));
}

/** Whether rows of the node wait for a reconnect on either end that can be asked. */
export async function isWaiting(
  at: Instance,
  node: string,
  { instances }: Pick<Context, "instances">,
): Promise<boolean> {
  const own = await at.client.nodeName();
  const waits = async (instance: Instance, peer: string) =>
    (await readPending(instance.client)).some((pending) => pending.peer === peer && pending.notFlowing.length > 0);
  const other = await instances.reporting(node);
  return (await waits(at, node)) || (other !== undefined && (await waits(other, own)));
}

async function reconnectIfPending(at: Instance, wish: Wish): Promise<void> {
  if ((await isWaiting(at, wish.node, wish.context)) || (await isDeaf(at, wish))) await reconnect(at, wish);
}

/**
 * Whether an end has a closed socket that does not open by itself: that of a database whose tables were all off and are on
 * again.
 */
async function isDeaf(at: Instance, { node, context: { instances } }: Wish): Promise<boolean> {
  const [own, other] = [await at.client.nodeName(), await instances.reporting(node)];
  const mayBe = (await readSilenced(at.client, node)) || (other && (await readSilenced(other.client, own)));
  if (!mayBe) return false;
  return !(await becomes(at.client, "cluster_status", openMs, () => isConnected(at, node, other)));
}

/**
 * Removes the node and adds it again with the record it had. Rows written meanwhile on either end follow where rows of
 * their database came before; else they are lost. Returns when both ends list each other again and the sockets are open. Once its record of us is gone
 * the peer wants credentials; without any, nothing is touched.
 */
export async function reconnect(
  at: Instance,
  { node, context: { instances, tell }, authorization }: Wish,
): Promise<void> {
  const row = await findNode(at, ({ name }) => name === node);
  if (!row)
    throw new HarperError("notFound", {
      operation: "reconnect",
      instance: at.name,
      problem: `there is no node "${node}"`,
    });
  const other = await instances.reporting(node);
  const credentials = authorization ?? other?.authorization;
  if (!credentials)
    throw new HarperError("refused", {
      operation: "reconnect",
      instance: at.name,
      problem: `${node} could not be added again without its credentials: it is not in harper:instances, or does not answer`,
      advice: "Put it into harper:instances, see that it runs, or give its Node `authorization`. Nothing was touched.",
    });
  tell("info", `Reconnecting ${at.name} and ${node}: interrupts ${interrupted(row)} for some seconds.`);
  const own = await at.client.nodeName();

  await removeFrom(at, node);
  if (other) await becomes(other.client, "remove_node", settleMs, async () => !has(await other.client.nodesNow(), own));
  // The sockets of the old connection close after the records are gone, and nothing tells when.
  await at.client.pause("reconnect", blindMs);
  await addAgain(at, row, credentials);
  await noteRebound(at.client, node);
  if (other) await noteRebound(other.client, own);
  await must(at.client, "reconnect", settleMs, `node "${node}" does not connect`, () => isConnected(at, node, other));
}

/** The node was there: it is tried more than once to have it there again. */
async function addAgain(at: Instance, row: NodeRow, authorization: Authorization): Promise<void> {
  for (let left = addTries - 1; ; left--) {
    try {
      return await add(at, row, authorization);
    } catch (error) {
      if (!(error instanceof HarperError) || error.code === "cancelled") throw error;
      const isHere = has(await at.client.nodesNow(), row.name);
      // Here and not on the peer is worth another try; an answer that was lost is not.
      if (isHere && error.code !== "halfDone") return;
      if (left === 0) throw isHere ? error : notAdded(at, row, error);
      await at.client.pause("reconnect", blindMs);
    }
  }
}

const notAdded = (at: Instance, { name }: NodeRow, cause: HarperError) =>
  new HarperError(cause.code, {
    operation: "reconnect",
    instance: at.name,
    problem: `"${name}" was removed and could not be added again: ${cause.message}`,
    advice: "It is not a member now. Run `pulumi up` again once the cause is mended: it joins it as declared.",
    cause,
  });

async function add(at: Instance, row: NodeRow, authorization: Authorization): Promise<void> {
  const { name, url, full, subscriptions, shard, revokedCertificates } = row;
  await at.client.addNode({
    hostname: name,
    url,
    shard,
    authorization,
    ...(revokedCertificates.length > 0 ? { revokedCertificates } : {}),
    ...(full ? {} : { subscriptions }),
  });
}

/** The edges of a record, in words. */
export function interrupted(row: NodeRow): string {
  if (row.full) return `the full replication with ${row.name}`;
  const on = row.subscriptions.filter(isOn).map(edgeKey).sort();
  return on.length > 0 ? `${on.join(", ")} with ${row.name}` : `nothing with ${row.name}`;
}
