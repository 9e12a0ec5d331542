import type { Context } from "../../resource";
import { askMember } from "./members";
import { examine, type OpenSocket } from "./pair";

/** What one look at all members shows: what is in the way, in sentences, and what is connected. */
export interface Look {
  problems: string[];
  sockets: OpenSocket[];
  /** Members that no configured instance reports to be. */
  notAsked: string[];
}

/** Looks at the target, whose name comes first, and at its nodes: each pair of which one has a record of the other. */
export async function look(names: readonly string[], context: Context): Promise<Look> {
  const members = await Promise.all(names.map((name) => askMember(name, names, context)));
  const pairs = members.flatMap((one, index) =>
    members.slice(index + 1).map((other) => ({ one, other, isDeclared: index === 0 })),
  );
  const found = await Promise.all(pairs.map(({ one, other, isDeclared }) => examine(one, other, isDeclared)));
  const own = members.flatMap(({ problem, view }) => [...(problem ? [problem] : []), ...(view?.pending ?? [])]);
  return {
    problems: [...own, ...found.flatMap(({ problems }) => problems)],
    sockets: found.flatMap(({ sockets }) => sockets),
    notAsked: members.filter(({ view, problem }) => !view && !problem).map(({ name }) => name),
  };
}
