import type { Difference } from "../compare";
import { linkKey } from "./arrows";
import type { Mark, Marks } from "./mermaid";

/** What is drawn in colour in the picture before, which is what goes, and in the one after, which is what comes. */
export function marksOf({ members, meshes, edges }: Difference): { before: Marks; after: Marks } {
  const of = (mark: Mark): Marks => {
    const isGone = mark === "removed";
    const names = [
      ...(isGone ? members.removed : members.added),
      ...meshes.flatMap(({ joins, leaves }) => (isGone ? leaves : joins)),
    ];
    const links = edges
      .filter(({ before, after }) => (isGone ? before : after) !== undefined)
      .map(({ one, other, table }) => linkKey(one, other, table));
    return { members: new Map(names.map((name) => [name, mark])), links: new Map(links.map((key) => [key, mark])) };
  };
  return { before: of("removed"), after: of("added") };
}
