import { type Edge, edgeKey } from "../../operations-api";
import type { Context } from "../../resource";
import { notCounted, rowsIn, type Side, sideOf } from "./figures";

/** The ways in which an edge carries rows now and did not before; undefined where there are none. */
export function opened(before: Edge | undefined, { subscribe, publish, ...rest }: Edge): Edge | undefined {
  const edge = { ...rest, subscribe: subscribe && !before?.subscribe, publish: publish && !before?.publish };
  return edge.subscribe || edge.publish ? edge : undefined;
}

/** Says what is on the sending side of new edges, as they carry only what is written from now on. */
export async function tellOfOldRows(
  what: string,
  node: string | undefined,
  edges: readonly Edge[],
  { at, instances, tell }: Context,
): Promise<void> {
  if (edges.length === 0) return;
  const inward = edges.filter(({ subscribe }) => subscribe);
  const other = node === undefined || inward.length === 0 ? undefined : await instances.reporting(node);
  const [here, there] = await Promise.all([sideOf(at, at.name), sideOf(other, node ?? "")]);
  const outward = edges.filter(({ publish }) => publish);
  const found = [counted(here, outward), counted(there, inward)].filter(Boolean);
  const isUncounted = node !== undefined && inward.length > 0 && !there.tables;
  if (found.length === 0 && !isUncounted) return;
  const rows = [...found, isUncounted ? notCounted(there.name) : ""].filter(Boolean).join("; ");
  tell(
    found.length > 0 ? "warning" : "info",
    `${what}: rows that are there already are not copied: ${rows}. An edge carries what is written from now on; some of the last minute may come, too.`,
  );
}

function counted({ name, tables }: Side, edges: readonly Edge[]): string {
  const rows = edges.map((edge) => [edgeKey(edge), tables?.get(edgeKey(edge)) ?? 0] as const);
  const some = rows.filter(([, count]) => count > 0).sort(([one], [two]) => (one < two ? -1 : 1));
  return some.length > 0 ? `${name} has ${some.map(([key, count]) => `${rowsIn(count)} of ${key}`).join(", ")}` : "";
}
