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

/** To be said of who is joined, after all or anew. */
export const joins = (name: string, { instances }: Context): void => void leaving.get(instances)?.delete(name);

/** One that stays, and who else is in its table; nothing where it cannot be asked. */
interface Stayer {
  row: NodeRow;
  instance: Instance | undefined;
  lists: ReadonlySet<string> | undefined;
}

/**
 * To be called when the one that leaves a mesh has removed its records of those that stay. A socket that was down when it
 * was taken out dials on, and is let in until then: those removals come to whose it is, and take it apart from the
 * others. Where these still list it, it is joined to them again by the certificates that they know each other by; two
 * that do not list each other may have been taken apart on purpose.
 */
export async function keepTogether(leaver: string, rows: readonly NodeRow[], context: Context): Promise<void> {
  const { at, instances } = context;
  const stay = () =>
    rows.filter(({ name, full }) => full && !leaving.get(instances)?.has(name) && !instances.isGone(name));
  if (stay().length < 2) return;
  await at.client.pause("remove_node", carriedMs);
  const stayers = await Promise.all(stay().map((row) => look(row, context)));
  for (const one of stayers)
    for (const other of stayers) if (hasLost(one, other)) await joinAgain(one, other, leaver, context);
}

async function look(row: NodeRow, { at, instances }: Context): Promise<Stayer> {
  const isOwn = row.name === (await at.client.nodeName());
  const instance = isOwn ? at : await instances.reporting(row.name);
  const lists = await instance?.client.nodesNow().catch((error) => {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return undefined;
  });
  return { row, instance, lists: lists && new Set(lists.map(({ name }) => name.toLowerCase())) };
}

const isListed = ({ row }: Stayer, { lists }: Stayer) => lists?.has(row.name.toLowerCase());
const hasLost = (one: Stayer, other: Stayer) => isListed(other, one) === false && isListed(one, other) === true;

async function joinAgain(one: Stayer, other: Stayer, leaver: string, context: Context): Promise<void> {
  const { at, instances, tell } = context;
  const { name, url, shard, revokedCertificates } = other.row;
  const lost = `Node ${await at.client.nodeName()}/${leaver}: ${one.row.name} had lost ${name}, as what ${leaver} removes from its own records comes to who still dials it`;
  const turn = { ends: [one.row.name, name].map((end) => end.toLowerCase()), isAlone: true };
  await instances.inTurn(turn, async () => {
    const [now, there] = await Promise.all([look(one.row, context), look(other.row, context)]);
    if (!now.instance || !hasLost(now, there)) return;
    const answer = await now.instance.client.addNode({ hostname: name, url, shard, revokedCertificates }).then(
      () => "Harper answered success, and did not do it.",
      (error) => {
        if (!(error instanceof HarperError) || error.code === "cancelled") throw error;
        return error.message;
      },
    );
    if (isListed(other, await look(one.row, context))) return tell("info", `${lost}. The two are joined again.`);
    const by = `pulumi-harper op add_node '${JSON.stringify({ hostname: name, url })}' --instance ${now.instance.name}`;
    tell("warning", `${lost}, and they could not be joined again: ${answer}\nJoin them: \`${by}\`.`);
  });
}
