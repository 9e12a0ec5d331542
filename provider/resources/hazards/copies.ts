import type { Instance } from "../../instances";
import { copiesFrom, HarperError, type NodeRow } from "../../operations-api";
import type { Context } from "../../resource";
import { counted, type Side, sideOf, totalOf } from "./figures";

const sameKey = "Of rows with the same key on both the newer one stays; how many those are is not counted.";

/** Full replication copies whole databases, each instance from one other: says from whom, and how many rows each has. */
export async function tellOfJoin(
  peer: { name: string; other: Instance | undefined },
  { at, tell }: Pick<Context, "at" | "tell">,
): Promise<void> {
  const own = await at.client.nodeName();
  const { other } = peer;
  const name = (await other?.client.nodeName()) ?? peer.name;
  const [here, there, inward, outward, members] = await Promise.all([
    sideOf(at, own),
    sideOf(other, name),
    copies(at, name),
    other && copies(other, own),
    othersIn(at, other),
  ]);
  const totals = [totalOf(here), totalOf(there)];
  if (totals.every((rows) => rows === 0)) return;
  const isPlain = (totals[0] === 0 && outward?.whole) || (totals[1] === 0 && inward?.whole);
  const sentences = [
    `Node ${name}: joining merges the data of both sides: ${counted(here)}; ${counted(there)}.`,
    flow(here, there, inward),
    flow(there, here, outward),
    ...(totals.includes(0) ? [] : [sameKey]),
    ...(members.length > 0 ? [`The other members (${members.join(", ")}) each go by their own list.`] : []),
  ];
  tell(isPlain ? "info" : "warning", sentences.filter(Boolean).join(" "));
}

/** An explicit node that becomes a full one keeps its place in the databases that are connected already. */
export async function tellOfWidening(
  row: NodeRow,
  other: Instance | undefined,
  { at, tell }: Pick<Context, "at" | "tell">,
): Promise<void> {
  const [here, there] = await Promise.all([sideOf(at, at.name), sideOf(other, row.name)]);
  if (totalOf(here) === 0 && totalOf(there) === 0) return;
  tell(
    "warning",
    `Node ${row.name}: it becomes fully replicating: ${counted(here)}; ${counted(there)}. Databases that had an edge go on where they are, and what is older is not copied; the others are merged. ${sameKey}`,
  );
}

interface Source {
  /** Whether all of the peer's databases are copied. */
  whole: boolean;
  /** From whom instead. */
  from: string | undefined;
}

/** What an instance copies of a peer that it is to get; undefined where it does not tell. */
async function copies(instance: Instance, peer: string): Promise<Source | undefined> {
  try {
    const [rows, own, routes] = await Promise.all([
      instance.client.nodes(),
      instance.client.nodeName(),
      instance.client.getRoutes(),
    ]);
    const names = rows.map(({ name }) => name).filter((name) => name !== own);
    const from = copiesFrom([...names, peer], routes);
    return { whole: from === peer, from };
  } catch (error) {
    if (!(error instanceof HarperError) || error.code === "cancelled") throw error;
    return undefined;
  }
}

function flow(to: Side, of: Side, source: Source | undefined): string {
  if (totalOf(of) === 0) return "";
  const rule = "its first route, or else its first peer by name";
  if (!source) return `${to.name} copies what ${of.name} has only where ${of.name} is ${rule}.`;
  if (source.whole) return `${to.name} copies all that ${of.name} has.`;
  return `${to.name} copies nothing that ${of.name} has already, and gets what it writes from now on: it copies from ${rule}, which is ${source.from}.`;
}

/** Members of the mesh that is joined, by name, but for the two. */
async function othersIn(at: Instance, other: Instance | undefined): Promise<string[]> {
  const own = await at.client.nodeName();
  const its = await other?.client.nodeName();
  const rows = await at.client.nodes();
  return rows.filter((row) => row.full && row.name !== own && row.name !== its).map(({ name }) => name);
}
