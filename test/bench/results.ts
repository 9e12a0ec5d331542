import type { StepName } from "../../bench/contenders/contender.mts";
import type { Measured, Outcome, Result } from "../../bench/results.mts";

export const measured = (seconds: number, more: Partial<Measured> = {}): Measured => ({
  seconds,
  calls: { total: 10, byOperation: { update_node: 2 }, atOnce: 2, atOnceOnOne: 1 },
  ...more,
});

export const calls = (total: number): Measured["calls"] => ({ total, byOperation: {}, atOnce: 1, atOnceOnOne: 1 });

export const provider = (cpu: number, largest = 100e6): NonNullable<Measured["usage"]> => ({
  provider: { memory: 1.5 * largest, largest, cpu },
});

export function result(name: string, contender: string, steps: Partial<Record<StepName, Outcome>>): Result {
  const edges = Number(name.replaceAll(",", "").split(" ")[0]);
  const [, instances = 1] = /(\d+) instance/.exec(name.replaceAll(",", "")) ?? [];
  const of = { name, edges, instances: Number(instances) };
  return {
    case: of,
    contender,
    steps,
    measuredAt: "2026-01-02T03:04:05.000Z",
    commit: "abc",
    versions: { node: "v24" },
  };
}
