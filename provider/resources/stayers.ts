import type { Instance, Instances } from "../instances";
import { cannotTell, HarperError, type NodeRow } from "../operations-api";
import type { Context } from "../resource";

/** Within it a removal comes to who is still connected to the one that made it. */
const carriedMs = 1000;

/** Who leaves a mesh in this run: nobody is joined to them again. */
const leaving = new WeakMap<Instances, Set<string>>();

/** To be said before the first record is removed. */
export function leaves(name: string, { instances }: Context): void {
  leaving.set(instances, (leaving.get(instances) ?? new Set()).add(name));
}

/**
 * To be called when the one that leaves a mesh has removed its records of those that stay. A socket that was down when it
 * was taken out dials on, and is let in until then: those removals come to whose it is, and take it apart from the
 * others. They are joined again, by the certificates that they know each other by.
 */
export async function keepTogether(leaver: string, rows: readonly NodeRow[], context: Context): Promise<void> {
  const { at, instances, tell } = context;
  const stay = () => rows.filter(({ name, full }) => full && !leaving.get(instances)?.has(name));
  if (stay().length < 2) return;
  await at.client.pause("remove_node", carriedMs);
  const members = stay();
  const own = await at.client.nodeName();
  await Promise.all(
    members.map(async ({ name }) => {
      const member = name === own ? at : await instances.reporting(name);
      for (const { name: lost, url } of await lostAt(member, members)) {
        const what = `Node ${own}/${leaver}: ${name} had lost ${lost}, as what ${leaver} removed still came to it`;
        try {
          await member?.client.addNode({ hostname: lost, url });
          tell("info", `${what}. The two are joined again.`);
        } catch (error) {
          if (!(error instanceof HarperError) || error.code === "cancelled" || error.code === "leased") throw error;
          tell(
            "warning",
            `${what}, and could not be joined to it again: ${error.message}\nJoin them: \`pulumi-harper op add_node '{"hostname": "${lost}"}' --instance ${member?.name}\`.`,
          );
        }
      }
    }),
  );
}

/** Members that one of them has no record of; none where it cannot be asked. */
async function lostAt(member: Instance | undefined, members: readonly NodeRow[]): Promise<NodeRow[]> {
  if (!member) return [];
  try {
    const own = await member.client.nodeName();
    const known = new Set((await member.client.nodesNow()).map(({ name }) => name));
    return members.filter(({ name }) => name !== own && !known.has(name));
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return [];
  }
}
