import type { Instance } from "../instances";
import { cannotTell, HarperError, type NodeRow, readRemoved } from "../operations-api";
import type { Context } from "../resource";

/**
 * To be called before two instances join to replicate everything. Harper then replicates their tables of nodes, removals
 * included: what one of them removed when it left a mesh would take the members apart that it joins again. Who wrote last
 * wins, so the records of those members are written anew first, which changes and interrupts nothing.
 */
export async function renewMembers(other: Instance | undefined, name: string, context: Context): Promise<void> {
  const own = await context.at.client.nodeName();
  await renew(context.at, other, name, context);
  if (other) await renew(other, context.at, own, context);
}

/** Writes the members of an instance's mesh anew that the one who joins has removed, or may have, where it cannot be asked. */
async function renew(at: Instance, joining: Instance | undefined, name: string, { tell }: Context): Promise<void> {
  const own = await at.client.nodeName();
  const members = (await at.client.nodesNow()).filter((row) => row.full && row.name !== own);
  if (members.length === 0 || members.some((row) => row.name === name)) return;
  const removed = joining && (await removedBy(joining));
  const isOlder = ({ name: member, updatedAt = 0 }: NodeRow) =>
    removed === undefined || (removed.get(member) ?? 0) >= updatedAt;
  for (const member of members.filter(isOlder)) {
    try {
      await at.client.addNode({ hostname: member.name, url: member.url });
    } catch (error) {
      if (!(error instanceof HarperError) || error.code === "cancelled" || error.code === "leased") throw error;
      const text = `Node ${own}/${name}: its log may still remove ${member.name} from the mesh of ${own}, as that could not be written anew. Refresh when ${name} has joined. ${error.message}`;
      tell("warning", text);
    }
  }
}

async function removedBy({ client }: Instance): Promise<Map<string, number> | undefined> {
  try {
    return await readRemoved(client);
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return undefined;
  }
}
