import { z } from "zod";
import type { Instance } from "../instances";
import {
  authorityName,
  cannotTell,
  type Edge,
  edgeIn,
  edgeKey,
  HarperError,
  isOn,
  type NodeRow,
} from "../operations-api";
import { becomes } from "../poll";
import type { Context } from "../resource";

const settleMs = 5000;

const meanings = {
  agrees: "its record is the mirror of the target's",
  "not seen": "it is not in `harper:instances`, or did not answer yet",
  "unknown to the peer": "it has no record of the target",
  "one-way": "an edge goes both ways here, and only one way there",
  disagrees: "it has other edges with the target, or explicit ones where the target replicates everything",
  "another shard": "its own record has another shard than the target's record of it, or none",
  "disagrees in kind": "it replicates everything with the target, and the target only edges: the node is replaced",
  "only there":
    "the target has none of it any more, and the peer still has, or cannot be asked now: what is left is removed first",
  "certificate mismatch":
    "one of the two was set up anew, and the other still knows its former certificate authority, so that nothing connects them",
} as const;

/** How the peer's own record of the target compares with the target's record of the peer. */
export type Mirror = keyof typeof meanings;

export const mirrorOutput = z
  .enum(Object.keys(meanings) as [Mirror, ...Mirror[]])
  .optional()
  .meta({
    description: `The peer's half. ${Object.entries(meanings)
      .map(([word, meaning]) => `\`${word}\`: ${meaning}`)
      .join("; ")}. All but the first two are drift, which \`up\` mends.`,
    drift: (mirror) =>
      isFine(mirror as Mirror) ? undefined : replaced.includes(mirror as Mirror) ? "replace" : "update",
  });

const replaced: Mirror[] = ["disagrees in kind", "only there"];
const isFine = (mirror: Mirror | undefined) => mirror === undefined || mirror === "agrees" || mirror === "not seen";

/** What is compared beside full or explicit: nothing more, edges (all that are on, or these among others), or the shard. */
export type Compared = { edges: readonly Edge[]; all: boolean } | "shard" | undefined;

/** Reads the peer's half, where the peer can be asked; else what was known of it. */
export async function mirrorOf(
  row: NodeRow,
  compared: Compared,
  before: Mirror | undefined,
  { at, instances, tell }: Context,
): Promise<Mirror> {
  const other = await instances.reporting(row.name);
  if (!other) return before ?? "not seen";
  try {
    return await compare(row, compared, at, other);
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    const text = `What ${other.name} has of its peers is not seen, so what the state says of it is kept. ${error.message}`;
    tell("warning", text, "instance");
    return before ?? "not seen";
  }
}

/** What keeps the record of another instance from being the mirror of this one; undefined where nothing does. */
export async function mirrorProblem(at: Instance, row: NodeRow, other: Instance): Promise<string | undefined> {
  const mirror = await compare(row, { edges: row.subscriptions.filter(isOn), all: true }, at, other);
  return isFine(mirror) ? undefined : disagreement(at, row, other, mirror);
}

const disagreement = (at: Instance, { name }: NodeRow, other: Instance | undefined, mirror: Mirror) =>
  `${at.name} has its record of ${name}, and the half of ${other?.name} is "${mirror}": ${meanings[mirror]}`;

async function compare(row: NodeRow, compared: Compared, at: Instance, other: Instance): Promise<Mirror> {
  const [rows, own] = await Promise.all([other.client.nodes(), at.client.nodeName()]);
  const mirrored = rows.find(({ name }) => name === own);
  const isStale = await Promise.all([knowsFormer(row, other), mirrored && knowsFormer(mirrored, at)]);
  if (isStale.some(Boolean)) return "certificate mismatch";
  if (!mirrored) return "unknown to the peer";
  if (mirrored.full !== row.full) return row.full ? "disagrees" : "disagrees in kind";
  if (compared === "shard") return hasShard(row, rows) ? "agrees" : "another shard";
  if (row.full || !compared) return "agrees";
  for (const edge of compared.edges) {
    const { subscribe = false, publish = false } = edgeIn(mirrored, edge) ?? {};
    if (edge.subscribe === publish && edge.publish === subscribe) continue;
    const isHalf = edge.subscribe && edge.publish && subscribe !== publish;
    return isHalf ? "one-way" : "disagrees";
  }
  return compared.all && hasMore(mirrored, compared.edges) ? "disagrees" : "agrees";
}

/** Whether the peer's own record says the same; one that has none says nothing. */
const hasShard = ({ name, shard }: NodeRow, there: readonly NodeRow[]) =>
  there.every((one) => one.name !== name || one.shard === shard);

function hasMore({ subscriptions }: NodeRow, edges: readonly Edge[]): boolean {
  const known = new Set(edges.map(edgeKey));
  return subscriptions.some((edge) => isOn(edge) && !known.has(edgeKey(edge)));
}

/** Whether a record was signed for by an authority of this name that the instance has no more. */
async function knowsFormer({ signedBy }: NodeRow, instance: Instance): Promise<boolean> {
  if (signedBy?.name !== authorityName(await instance.client.nodeName())) return false;
  const now = await instance.client.authority();
  return now !== undefined && now !== signedBy.serial;
}

/** Whether the peer's half was seen once, and cannot be asked for now, though it may be again. */
export async function isHidden(name: string, mirror: Mirror | undefined, { instances }: Context): Promise<boolean> {
  if (mirror === undefined || mirror === "not seen" || instances.isGone(name)) return false;
  return !(await instances.reporting(name)) && (await instances.mayBeSilent());
}

/** The edges that the peer's own record has with the target; none where it cannot be asked. */
export const edgesThere = async (name: string, context: Context): Promise<Edge[]> =>
  (await recordThere(name, context))?.subscriptions ?? [];

/** The peer's own record of the target; undefined where it has none or cannot be asked. */
export async function recordThere(name: string, { at, instances }: Context): Promise<NodeRow | undefined> {
  try {
    const rows = (await (await instances.reporting(name))?.client.nodes()) ?? [];
    const own = await at.client.nodeName();
    return rows.find((row) => row.name === own);
  } catch (error) {
    if (!cannotTell(error)) throw error;
    return undefined;
  }
}

/** Waits until the peer's half has an edge no more, which takes a moment; throws where it is left. */
export async function awaitGone(name: string, edge: Edge, context: Context): Promise<void> {
  const { at, instances } = context;
  const other = await instances.reporting(name);
  const isLeft = async () => {
    const there = edgeIn(await recordThere(name, context), edge);
    if (!there || !isOn(there)) return false;
    other?.client.forget();
    return true;
  };
  if (await becomes(at.client, "update_node", settleMs, async () => !(await isLeft()))) return;
  throw new HarperError("notApplied", {
    operation: "update_node",
    instance: at.name,
    problem: `${edgeKey(edge)} of node "${name}" is off on ${at.name} and still on in the record of ${other?.name}`,
  });
}

/** What the peer's half says when it agrees, which takes a moment, or when the time is over. */
export async function mirrorSoon(
  operation: string,
  row: NodeRow,
  compared: Compared,
  context: Context,
  boundMs = settleMs,
): Promise<Mirror> {
  const other = await context.instances.reporting(row.name);
  let mirror: Mirror = "not seen";
  await becomes(context.at.client, operation, boundMs, async () => {
    mirror = await mirrorOf(row, compared, undefined, context);
    if (isFine(mirror) || mirror === "certificate mismatch") return true;
    other?.client.forget();
    return false;
  });
  return mirror;
}

/** Waits until the peer's half says the same; throws where it does not. */
export async function awaitMirror(
  operation: string,
  row: NodeRow,
  compared: Compared,
  context: Context,
): Promise<void> {
  const { at, instances } = context;
  const mirror = await mirrorSoon(operation, row, compared, context);
  if (isFine(mirror)) return;
  throw new HarperError("notApplied", {
    operation,
    instance: at.name,
    problem: disagreement(at, row, await instances.reporting(row.name), mirror),
    ...(mirror === "certificate mismatch" && { advice: renewal(at, row) }),
  });
}

/** Tried on 4.7.29: nothing less makes the two connect again. */
const renewal = (at: Instance, { name }: NodeRow) =>
  `Send ${at.name} the operation remove_certificate for "${authorityName(name)}" and for its own certificate whose name ends in "-replication", restart it (\`pulumi-harper restart ${at.name}\`), and run \`pulumi up\` again.`;
