import type { Instance, Instances } from "../instances";
import { cannotTell, type ErrorCode, HarperError, type NodeRow } from "../operations-api";
import { becomes, must } from "../poll";
import type { Context } from "../resource";
import { keptInMesh, sharedInMeshes } from "./mesh";
import { isHidden, type Mirror } from "./mirror";
import { keepTogether, leaves } from "./stayers";

interface RemovedNode {
  name: string;
  /** Whether it replicated everything when it was last seen: what counts where the target has no record of it any more. */
  replicateByDefault?: boolean | undefined;
  /** What was known of the peer's half. */
  mirror?: Mirror | undefined;
}

/** How long an instance may take to drop a record, and how long to wait where it cannot be asked. */
const settleMs = 10_000;
const blindMs = 1500;

/**
 * Removes a node on both ends and, in a full mesh, on every member that can be asked. Harper tells the others, but the
 * leaver keeps its records and goes on dialling, and who does not hear of it keeps its own. Says what is left where.
 * False where other Nodes of the program keep the peer in the mesh, or stand on the same records. Throws `halfDone` where
 * the leaver cannot be asked and may be later.
 */
export async function removeEverywhere(node: RemovedNode, context: Context): Promise<boolean> {
  const { at, tell } = context;
  const { name } = node;
  const own = await at.client.nodeName();
  const rows = await at.client.nodesNow();
  const isFull = rows.find((row) => row.name === name)?.full ?? node.replicateByDefault === true;
  const shared = isFull ? [] : await sharedInMeshes(name, context);
  if (shared.length > 0) {
    postpone(node, context);
    tell(
      "info",
      `Node ${own}/${name}: nothing is removed yet, as a mesh shares its records, and these stand on them: ${shared.join(", ")}. It goes when one of the two leaves its mesh.`,
    );
    return false;
  }
  const kept = isFull ? await keptInMesh(name, context) : new Set();
  if (!kept.has(name)) {
    await removeFromBoth(node, { rows, isFull }, context);
    if (isFull) await removePostponed(context);
    return true;
  }
  const text = `Node ${own}/${name}: nothing is removed, as other Nodes of the program keep ${name} in the mesh`;
  if (kept.has(own)) tell("info", `${text}, and ${own}, too.`);
  else
    tell(
      "warning",
      `${text}. So ${own} stays a member. To take it out, declare it as a Node of one that stays, run \`pulumi up\`, and take that Node out again.`,
    );
  return false;
}

/** What was to be removed in this run, and stays until somebody has left a mesh. */
const postponed = new WeakMap<Instances, { node: RemovedNode; context: Context }[]>();

function postpone(node: RemovedNode, context: Context): void {
  postponed.set(context.instances, [...(postponed.get(context.instances) ?? []), { node, context }]);
}

/** Somebody has left: what nothing stands on any more goes now. */
async function removePostponed({ instances }: Context): Promise<void> {
  const waiting = postponed.get(instances) ?? [];
  postponed.delete(instances);
  for (const { node, context } of waiting) await removeEverywhere(node, context);
}

async function removeFromBoth(
  { name, mirror }: RemovedNode,
  { rows, isFull }: { rows: readonly NodeRow[]; isFull: boolean },
  context: Context,
): Promise<void> {
  const { at, instances, tell } = context;
  const own = await at.client.nodeName();
  const full = rows.filter((row) => row.full).map((row) => row.name);
  /** Of the mesh that the two are in. */
  const members = isFull ? full : [];
  const others = members.filter((member) => member !== name && member !== own);
  if (others.length > 0)
    tell(
      "warning",
      `Node ${own}/${name}: full replication is one mesh, so it is detached from ${others.join(", ")}, too.`,
    );
  if (isFull) leaves(name, context);
  await removeFrom(at, name);

  const left: string[] = [];
  const leaver = await instances.reporting(name);
  const hasLeft = leaver && (await clears(left, name, () => clearLeaver(leaver, own, members)));
  if (!leaver)
    left.push(
      `what ${name} keeps (${instances.isGone(name) ? "it is gone for good" : "it is not in harper:instances or does not answer"})`,
    );
  if (!hasLeft) await at.client.pause("remove_node", blindMs);
  if (leaver && isFull) await keepTogether(name, rows, context);
  for (const member of others) {
    const instance = await instances.reporting(member);
    if (instance) await clears(left, member, () => clearMember(instance, name));
    else left.push(`what ${member} has of it`);
  }
  if (full.length > 0) await clearOwnRow(at);
  if (leaver ? !hasLeft : await isHidden(name, mirror, context))
    throw new HarperError("halfDone", {
      operation: "remove_node",
      instance: at.name,
      problem: `"${name}" is removed there, and may still have its record of ${own} and go on dialling. Not checked: ${left.join("; ")}`,
      advice: `Run the same command again when it answers. If it is gone for good, say \`gone: true\` of it in harper:instances, or take it out of there.`,
    });
  if (left.length > 0) tell("info", `Node ${own}/${name}: removed at ${own}. Not checked: ${left.join("; ")}.`);
}

/** Its work on an instance; false, and noted as left, where that cannot be asked. */
async function clears(left: string[], name: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    left.push(`what ${name} has, which may still be there (${error.message})`);
    return false;
  }
}

/** After this, an add_node does not race with the peer's own removal. */
async function clearLeaver(leaver: Instance, own: string, members: readonly string[]): Promise<void> {
  await becomes(leaver.client, "remove_node", 1000, async () => !has(await leaver.client.nodesNow(), own));
  const self = await leaver.client.nodeName();
  const rows = await leaver.client.nodesNow();
  const stale = rows.filter((row) => row.full && row.name !== self && members.includes(row.name));
  for (const row of stale) await removeFrom(leaver, row.name);
  if (has(rows, own)) await removeFrom(leaver, own);
  if (rows.some((row) => row.full)) await clearOwnRow(leaver);
}

/** Gossip takes a moment. An explicit record of the same node is another Node's. */
async function clearMember(member: Instance, name: string): Promise<void> {
  const isListed = async () => (await member.client.nodesNow()).some((row) => row.full && row.name === name);
  if (await becomes(member.client, "remove_node", 1000, async () => !(await isListed()))) return;
  await removeFrom(member, name);
}

/** Full replication leaves the instance's own row behind when the last peer is gone. */
async function clearOwnRow(at: Instance): Promise<void> {
  const own = await at.client.nodeName();
  const rows = await at.client.nodesNow();
  if (rows.length === 1 && rows[0]?.name === own) await removeIfThere(at, own);
}

/** Removes a node from one instance, and waits until its table says so. */
export async function removeFrom(at: Instance, name: string): Promise<void> {
  const lost = await removeIfThere(at, name);
  const isGone = async () => !has(await at.client.nodesNow(), name);
  // What was not answered in time may still be under way; else one look tells.
  const boundMs = lost?.code === "timeout" ? settleMs : 0;
  if (lost && (await becomes(at.client, "remove_node", boundMs, isGone).catch(() => false))) return;
  if (lost) throw lost;
  await must(at.client, "remove_node", settleMs, `node "${name}" is still listed`, isGone);
}

/** Without an answer, and with one that a proxy may have given. */
const mayBeDone: ErrorCode[] = ["timeout", "unreachable", "busy", "failed"];

/** Answers the error of a call that may have done it all the same. */
async function removeIfThere(at: Instance, name: string): Promise<HarperError | undefined> {
  try {
    await at.client.removeNode(name);
  } catch (error) {
    if (!(error instanceof HarperError)) throw error;
    if (mayBeDone.includes(error.code)) return error;
    if (error.code !== "notFound") throw error;
  }
  return undefined;
}

export const has = (rows: NodeRow[], name: string): boolean => rows.some((row) => row.name === name);
