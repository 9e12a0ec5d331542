// What this project wants to reach, held against what was measured.
import { membersOf } from "../cases.mts";
import type { StepName } from "../contenders/contender.mts";
import { isMeasured, type Result } from "../results.mts";
import { findResult, ours, providerCpu, stepOf } from "./find.mts";
import { growth } from "./fit.mts";
import { megabytes } from "./markdown.mts";

export interface Target {
  name: string;
  /** Undefined where what it takes was not measured. */
  met: boolean | undefined;
  figures: string;
}

export const burstCase = "300 edges, 1 instance";
export const parallelCase = `${burstCase}, --parallel 512`;
export const largeCase = "10,000 edges, 1,000 instances";

type Evaluate = (results: readonly Result[], of: string) => Omit<Target, "name"> | undefined;

const targets: Record<string, Evaluate> = {
  "up of 300 edges takes at most 1/4 of Terraform's time": againstTerraform("up", 1 / 4),
  "a preview of 300 edges without changes takes at most 1/3 of Terraform's time": againstTerraform("preview", 1 / 3),
  "up of 300 edges makes at most 2 calls for each burst of writes": (results, of) => {
    const { calls } = stepOf(results, burstCase, of, "up") ?? {};
    const bursts = calls?.byOperation.update_node;
    if (!calls || !bursts) return undefined;
    const each = calls.total / bursts;
    return { met: each <= 2, figures: `${calls.total} calls in ${bursts} bursts: ${each.toFixed(1)} each` };
  },
  "up of 300 edges with --parallel 512 makes at most 4 calls to each instance": (results, of) => {
    const found = findResult(results, parallelCase, of);
    const step = stepOf(results, parallelCase, of, "up");
    if (!found || !step) return undefined;
    const asked = found.case.instances + new Set(membersOf(found.case).map(({ hub }) => hub)).size;
    const each = step.calls.total / asked;
    return { met: each <= 4, figures: `${step.calls.total} calls to ${asked} instances: ${each.toFixed(1)} each` };
  },
  "the provider's share of a one-edge change of 10,000 is below 5 %": (results, of) => {
    const step = stepOf(results, largeCase, of, "one-edge change");
    const alone = stepOf(results, largeCase, "engine alone", "one-edge change");
    const cpu = step && providerCpu(step);
    if (!step || cpu === undefined) return undefined;
    const share = cpu / step.seconds;
    const beyond = alone ? (step.seconds - alone.seconds) / step.seconds : undefined;
    const more = beyond === undefined ? "" : `; ${percent(beyond)} longer than the engine alone`;
    const figures = `${cpu} s of processor time in ${step.seconds} s: ${percent(share)}${more}`;
    return { met: share < 0.05 && (beyond ?? 0) < 0.05, figures };
  },
  "the provider's memory at 10,000 edges is below 200 MB": (results, of) => {
    const steps = Object.values(findResult(results, largeCase, of)?.steps ?? {}).filter(isMeasured);
    const most = (of: "largest" | "memory") => Math.max(0, ...steps.map(({ usage }) => usage?.provider?.[of] ?? 0));
    const [one, all] = [most("largest"), most("memory")];
    // The engine has two of a plugin for a moment: one that it asks for the schema, one that does the work.
    return one > 0
      ? { met: one < 200e6, figures: `${megabytes(one)}; all its processes at once ${megabytes(all)}` }
      : undefined;
  },
  "calls of up grow at most with the number of edges": grows("up", (step) => step.calls.total),
  "calls of a preview grow at most with the number of edges": grows("preview", (step) => step.calls.total),
  "the provider's processor time of up grows at most with the number of edges": grows("up", providerCpu),
};

export const evaluate = (results: readonly Result[]): Target[] =>
  Object.entries(targets).flatMap(([name, target]) =>
    ours.map((of) => {
      const found = target(results, of);
      return { name: `${of}: ${name}`, met: undefined, figures: "not measured", ...found };
    }),
  );

export const targetList = (results: readonly Result[]): string =>
  evaluate(results)
    .map(({ name, met, figures }) => `- ${name}: **${met === undefined ? "—" : met ? "met" : "not met"}**, ${figures}.`)
    .join("\n");

function againstTerraform(step: StepName, bound: number): Evaluate {
  return (results, of) => {
    const [one, other] = [of, "terraform"].map((contender) => stepOf(results, burstCase, contender, step));
    if (!one || !other) return undefined;
    const ratio = one.seconds / other.seconds;
    return { met: ratio <= bound, figures: `${one.seconds} s to ${other.seconds} s: ${ratio.toFixed(2)}` };
  };
}

/** Of the cases of the matrix on one instance. */
function grows(step: StepName, of: (step: NonNullable<ReturnType<typeof stepOf>>) => number | undefined): Evaluate {
  return (results, contender) => {
    const points = results
      .filter((one) => one.contender === contender && /^[\d,]+ edges, 1 instance$/.test(one.case.name))
      .flatMap(({ case: { edges, name } }) => {
        const found = stepOf(results, name, contender, step);
        const value = found && of(found);
        return value === undefined ? [] : [[edges, value] as const];
      })
      .toSorted(([one], [other]) => one - other);
    const exponent = growth(points);
    if (exponent === undefined) return undefined;
    const list = points.map(([edges, value]) => `${edges}: ${value}`).join(", ");
    return { met: Number(exponent.toFixed(2)) <= 1, figures: `with the power ${exponent.toFixed(2)} (${list})` };
  };
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
