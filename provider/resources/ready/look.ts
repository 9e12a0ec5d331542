import type { Context } from "../../resource";
import { askMember, type Member } from "./members";
import { examine, type OpenSocket } from "./pair";

/** What one look at all members shows: what is in the way, in sentences, and what is connected. */
export interface Look {
  problems: string[];
  sockets: OpenSocket[];
  /** Instances that answer and have a closed socket between them, in the order of the members. */
  apart: string[];
  /** Members that no configured instance reports to be. */
  notAsked: string[];
}

/**
 * Looks at the target, whose name comes first, and at its nodes: each pair of which one has a record of the other, or is to
 * have one, as full replication makes known to each other who replicates everything with the target.
 */
export async function look(names: readonly string[], context: Context, ignoresPending = false): Promise<Look> {
  const members = await Promise.all(names.map((name) => askMember(name, names, context)));
  const ofTarget = members[0]?.view?.rows ?? [];
  const isInMesh = ({ name }: Member) => ofTarget.some((row) => row.name === name && row.full);
  const pairs = members.flatMap((one, index) =>
    members
      .slice(index + 1)
      .map((other) => ({ one, other, isExpected: index === 0 || (isInMesh(one) && isInMesh(other)) })),
  );
  const found = await Promise.all(pairs.map(({ one, other, isExpected }) => examine(one, other, isExpected)));
  const apart = new Set(found.flatMap((one) => one.apart));
  const own = members.flatMap(({ problem, view }) => [
    ...(problem ? [problem] : []),
    ...(ignoresPending ? [] : (view?.pending ?? [])),
  ]);
  return {
    problems: [...own, ...found.flatMap(({ problems }) => problems)],
    sockets: found.flatMap(({ sockets }) => sockets),
    apart: members.flatMap(({ view }) => view?.at.name ?? []).filter((name) => apart.has(name)),
    notAsked: members.filter(({ view, problem }) => !view && !problem).map(({ name }) => name),
  };
}
