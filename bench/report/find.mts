import type { StepName } from "../contenders/contender.mts";
import { isMeasured, type Measured, type Result } from "../results.mts";

export const ours = ["plugin", "dynamic"] as const;

export const findResult = (results: readonly Result[], name: string, contender: string): Result | undefined =>
  results.find((one) => one.case.name === name && one.contender === contender);

export function stepOf(results: readonly Result[], name: string, contender: string, step: StepName) {
  const outcome = findResult(results, name, contender)?.steps[step];
  return isMeasured(outcome) ? outcome : undefined;
}

export const providerCpu = ({ usage }: Measured): number | undefined => usage?.provider?.cpu;

/** In the order in which they were measured first. */
export const caseNames = (results: readonly Result[]): string[] => [...new Set(results.map((one) => one.case.name))];
