import type { Instance } from "../instances";
import { cannotTell, HarperError, type NodeRow, noEdges, readRemoved, type SomeEdges } from "../operations-api";
import type { Context } from "../resource";

/**
 * To be called before two instances join to replicate everything. Harper then replicates their tables of nodes, removals
 * included: what one of them removed when it left a mesh would take the members apart that it joins again, and an explicit
 * node with them. Who wrote last wins, so those records are written anew first, as they are, which interrupts nothing.
 */
export async function renewMembers(other: Instance | undefined, name: string, context: Context): Promise<void> {
  const { at, tell } = context;
  const own = await at.client.nodeName();
  const [here, there] = [await at.client.nodesNow(), await unlessSilent(other, ({ client }) => client.nodesNow())];
  if (isFullAmong(here, name) && there && isFullAmong(there, own)) return;
  await renew(at, here, { name, instance: other }, context);
  if (other && there) return renew(other, there, { name: own, instance: at }, context);
  const lost = [...((await removedBy(at))?.keys() ?? [])].filter((one) => one !== name);
  if (lost.length > 0)
    tell(
      "warning",
      `Node ${own}/${name}: ${name} cannot be asked. Where it is in a mesh with any of ${lost.join(", ")}, which ${own} has removed from its own table, Harper takes those apart: preview shows them as gone then.`,
    );
}

/** Writes the records of an instance anew that the one who joins has removed; members of its mesh also where that is not known. */
async function renew(
  at: Instance,
  rows: readonly NodeRow[],
  joining: { name: string; instance: Instance | undefined },
  { tell }: Context,
): Promise<void> {
  const own = await at.client.nodeName();
  const others = rows.filter((row) => row.name !== own && row.name !== joining.name);
  if (others.length === 0) return;
  const removed = await removedBy(joining.instance);
  const isOlder = ({ name, full, updatedAt = 0 }: NodeRow) => (removed ? (removed.get(name) ?? 0) >= updatedAt : full);
  for (const { name } of others.filter(isOlder)) {
    const mayLose = (why: string) =>
      tell(
        "warning",
        `Node ${own}/${joining.name}: its log may still remove ${name} from the nodes of ${own}, ${why}. Refresh when ${joining.name} has joined.`,
      );
    try {
      // Somebody may have removed it meanwhile.
      const row = (await at.client.nodesNow()).find((one) => one.name === name);
      if (!row) continue;
      const { full, url, subscriptions } = row;
      if (full) await at.client.addNode({ hostname: name, url });
      else await at.client.updateNode({ hostname: name, url, subscriptions: edgesOr(subscriptions) });
      const now = (await at.client.nodesNow()).find((row) => row.name === name);
      if (removed && now && isOlder(now)) mayLose("as its clock is ahead of theirs");
    } catch (error) {
      if (!(error instanceof HarperError) || error.code === "cancelled" || error.code === "leased") throw error;
      mayLose(`as that could not be written anew: ${error.message}`);
    }
  }
}

const edgesOr = (edges: NodeRow["subscriptions"]) => (edges.length > 0 ? edges : [...noEdges]) as SomeEdges;

const removedBy = (instance: Instance | undefined) => unlessSilent(instance, ({ client }) => readRemoved(client));

const isFullAmong = (rows: readonly NodeRow[], name: string) => rows.some((row) => row.full && row.name === name);

/** What an instance answers, undefined where it cannot be asked. */
async function unlessSilent<T>(
  instance: Instance | undefined,
  ask: (instance: Instance) => Promise<T>,
): Promise<T | undefined> {
  try {
    return instance && (await ask(instance));
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return undefined;
  }
}
