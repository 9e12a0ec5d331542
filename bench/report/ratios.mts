import { type StepName, stepNames } from "../contenders/contender.mts";
import type { Result } from "../results.mts";
import { caseNames, findResult, ours, stepOf } from "./find.mts";
import { table } from "./markdown.mts";

const others = ["terraform", "terraform, blind", "shell calls", "engine alone", "limit"];

export interface Ratio {
  of: string;
  to: string;
  steps: Partial<Record<StepName, number>>;
}

/** How many times as long ours takes; below one it is faster. */
export function ratiosOf(results: readonly Result[], name: string): Ratio[] {
  const pairs = ours.flatMap((of) => others.map((to) => ({ of, to })));
  const present = pairs.filter(({ of, to }) => findResult(results, name, of) && findResult(results, name, to));
  return present.map(({ of, to }) => {
    const steps: Ratio["steps"] = {};
    for (const step of stepNames) {
      const [one, other] = [stepOf(results, name, of, step), stepOf(results, name, to, step)];
      if (one && other) steps[step] = one.seconds / other.seconds;
    }
    return { of, to, steps };
  });
}

export function ratioTables(results: readonly Result[]): string {
  const texts = caseNames(results).flatMap((name) => {
    const rows = ratiosOf(results, name).map(({ of, to, steps }) => [
      `${of} / ${to}`,
      ...stepNames.map((step) => (steps[step] === undefined ? "" : shown(steps[step]))),
    ]);
    return rows.length === 0 ? [] : [`### ${name}\n\n${table(["", ...stepNames], rows)}`];
  });
  return texts.length === 0 ? "Nothing was measured beside another." : texts.join("\n\n");
}

export const shown = (ratio: number): string => (ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0));
