import { compare, type EdgeChange } from "../compare";
import { callingNames } from "../drift/names";
import { unmanagedIn } from "../drift/unmanaged";
import type { Live } from "../live/snapshot";
import type { Topology } from "../model";
import { declaredBy } from "../program/declared";
import type { Plan } from "../program/plan";

/** What is not as before although the topology is, in sentences. */
export function lastingOf(plan: Plan, { before, after }: { before: Topology; after: Topology }, live?: Live): string[] {
  const { members, meshes, edges } = compare(before, after);
  const left = meshes
    .filter(({ leaves }) => leaves.length > 0)
    .map(({ mesh, leaves }) => {
      const all = [...new Set([...mesh, ...leaves])].sort().join(", ");
      return `${all} keep the tables and rows that they copied from each other, and of rows with the same key only the newer one is left`;
    });
  const joined = meshes
    .filter(({ joins }) => joins.length > 0)
    .map(({ mesh }) => {
      const all = mesh.join(", ");
      return `${all} copy each other's rows anew: one that was deleted on some while they were apart may come back from another, where the audit log no longer has the deletion`;
    });
  return [
    ...left,
    ...joined,
    ...edges.flatMap(staying),
    ...edges.flatMap(missed),
    ...members.removed.map((name) => `${name} keeps the databases, tables and rows that it got`),
    ...unmanaged(plan, live),
  ];
}

type Arrival = { from: string; to: string };

/** Rows that have come by an edge that goes. */
function staying({ table, ...edge }: EdgeChange): string[] {
  const gone = without(waysIn(edge, "before"), waysIn(edge, "after"));
  if (gone.length === 0) return [];
  return [`rows of ${table} that came from ${ends(gone, "from")} stay on ${ends(gone, "to")}`];
}

/** Rows that were written while an edge was not there. */
function missed({ table, ...edge }: EdgeChange): string[] {
  const come = without(waysIn(edge, "after"), waysIn(edge, "before"));
  if (come.length === 0) return [];
  return [
    `rows of ${table} that were written on ${ends(come, "from")} without this edge may never reach ${ends(come, "to")}: it carries what is written from then on`,
  ];
}

const ends = (arrivals: Arrival[], end: keyof Arrival): string => arrivals.map((one) => one[end]).join(" and ");

function waysIn({ one, other, ...ways }: Omit<EdgeChange, "table">, when: "before" | "after"): Arrival[] {
  const way = ways[when];
  return [
    ...(way === "->" || way === "<->" ? [{ from: one, to: other }] : []),
    ...(way === "<-" || way === "<->" ? [{ from: other, to: one }] : []),
  ];
}

const without = (some: Arrival[], others: Arrival[]) =>
  some.filter(({ from }) => !others.some((other) => other.from === from));

/** What no resource declares is not touched. */
function unmanaged({ before }: Plan, live: Live | undefined): string[] {
  if (!live) return [];
  const names = Object.fromEntries(live.instances.map(({ name, reports }) => [name, reports]));
  const declared = declaredBy(before, names);
  return unmanagedIn(live, declared, before, callingNames(live, declared))
    .filter(({ kind }) => kind === "unmanaged")
    .map(({ instance, text }) => `${instance} ${text}, which no resource declares: it stays`);
}
