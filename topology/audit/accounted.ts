import type { Work } from "./report";

/** What a backend's clock and this machine's may differ by; and backends of files keep whole seconds. */
const slackMs = 5000;

/** From when to when an update was made; without an end it goes on. */
export interface Window {
  number: number;
  startedAt: string;
  endedAt?: string | undefined;
}

export interface Accounted {
  /** By the number of the update. */
  of: Map<number, Work>;
  /** Of this stack, or of nobody known, and in no update. */
  unaccounted: Work;
  /** How many steps and calls are another stack's. */
  others: number;
}

/** Which update of a stack made which calls: by the stack, where that is known, and by the time. */
export function account({ steps, calls }: Work, stack: string, updates: Window[]): Accounted {
  const of = new Map<number, Work>(updates.map(({ number }) => [number, { steps: [], calls: [] }]));
  const unaccounted: Work = { steps: [], calls: [] };
  let others = 0;
  /** Of commands no update knows. */
  const workAt = (time: string, whose: (string | undefined)[], isCommand = false): Work | undefined => {
    if (whose.length > 0 && whose.every((one) => one !== undefined && one !== stack)) {
      others++;
      return undefined;
    }
    return (isCommand ? undefined : of.get(updateAt(time, updates) ?? Number.NaN)) ?? unaccounted;
  };
  for (const step of steps) workAt(step.askedAt, [step.stack])?.steps.push(step);
  for (const call of calls) {
    const whose = call.steps.map((step) => step.stack);
    workAt(call.at, whose, call.steps.length === 0)?.calls.push(call);
  }
  return { of, unaccounted, others };
}

/** The update whose time it is, or is nearest to. */
function updateAt(time: string, updates: Window[]): number | undefined {
  const at = Date.parse(time);
  const distance = ({ startedAt, endedAt }: Window) =>
    Math.max(0, Date.parse(startedAt) - at, endedAt === undefined ? 0 : at - Date.parse(endedAt));
  const [nearest] = updates.toSorted((one, other) => distance(one) - distance(other));
  return nearest && distance(nearest) <= slackMs ? nearest.number : undefined;
}
