import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Case } from "./cases.mts";
import type { StepName } from "./contenders/contender.mts";
import type { Usage } from "./processes/usage.mts";
import type { Calls } from "./stand-in/counts.mts";
import type { Startup } from "./startup.mts";

export interface Measured {
  seconds: number;
  calls: Calls;
  /** Absent where the machine has no /proc. */
  usage?: Usage;
  /** Of a drift preview: whether it told of the edge that was taken away. */
  sawDrift?: boolean;
}
/** Or why there is nothing. */
export type Outcome = Measured | { reason: string };

export interface Result {
  case: Case;
  contender: string;
  steps: Partial<Record<StepName, Outcome>>;
  stateBytes?: number;
  measuredAt: string;
  commit: string;
  versions: Record<string, string>;
}

export interface Results {
  machine: { cores: number; processor: string; system: string };
  latencyMs: number;
  startup: Startup;
  /** Who they are, in the order of the tables. */
  contenders: Record<string, { about: string; missing?: string }>;
  results: Result[];
}

const file = "bench/results.json";

export const readResults = (): Results | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : undefined;

export const writeResults = (results: Results): void =>
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);

/** In the place of what was measured of the same before. */
export function merged(results: readonly Result[], one: Result): Result[] {
  const isSame = (other: Result) => other.case.name === one.case.name && other.contender === one.contender;
  return results.some(isSame) ? results.map((other) => (isSame(other) ? one : other)) : [...results, one];
}

export const isMeasured = (outcome: Outcome | undefined): outcome is Measured =>
  outcome !== undefined && "seconds" in outcome;

/** Of a repeated life, each step as it was in the middle. */
export function medianOf(lives: readonly [Result, ...Result[]]): Result {
  const [first] = lives;
  const names = Object.keys(first.steps) as StepName[];
  const middle = (name: StepName): Outcome | undefined => {
    const all = lives.map(({ steps }) => steps[name]).filter(isMeasured);
    const sorted = all.toSorted((one, other) => one.seconds - other.seconds);
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? first.steps[name];
  };
  return { ...first, steps: Object.fromEntries(names.map((name) => [name, middle(name)])) };
}
