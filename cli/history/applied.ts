import { type Applied, appliedOf, type Update } from "../../topology/history/applied.js";
import type { Deployment } from "../../topology/program/state.js";
import { Misuse } from "../failure.js";
import { readHistory } from "./index.js";

/** The last updates of a stack, the oldest first, each with what it changed in the topology; all, and how many were before. */
export async function readApplied(
  stack: string | undefined,
  count: number,
): Promise<{ applied: Applied[]; updates: Update[]; older: number }> {
  const { updates, after } = await readHistory(stack);
  const looked = updates.slice(-count);
  const earlier = updates.at(-count - 1);
  const states: { update: Update; after: Deployment }[] = [];
  for (const update of looked) states.push({ update, after: await after(update) });
  const applied = appliedOf(states, earlier && (await after(earlier)));
  return { applied, updates, older: updates.length - looked.length };
}

/** What `--last` says. */
export function countOf(last: string): number {
  const count = Number(last);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new Misuse(`--last ${last}: is no number of updates`);
}
