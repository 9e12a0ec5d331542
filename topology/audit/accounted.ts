import type { Work } from "./report";

/** What a backend's clock and this machine's may differ by. */
const slackMs = 5000;
/** Backends keep whole seconds, so what ended in one may have gone on to the next. */
const secondMs = 1000;

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
  const spans = spansOf([...steps.map(({ run, askedAt }) => ({ run, at: askedAt })), ...calls]);
  /** Of commands no update knows. */
  const workAt = (
    { run, at }: { run: string; at: string },
    whose: (string | undefined)[],
    isCommand = false,
  ): Work | undefined => {
    if (whose.length > 0 && whose.every((one) => one !== undefined && one !== stack)) {
      others++;
      return undefined;
    }
    const number = isCommand ? undefined : updateAt(Date.parse(at), spans.get(run) ?? [], updates);
    return (number === undefined ? undefined : of.get(number)) ?? unaccounted;
  };
  for (const step of steps) workAt({ run: step.run, at: step.askedAt }, [step.stack])?.steps.push(step);
  for (const call of calls) {
    const whose = call.steps.map((step) => step.stack);
    workAt(call, whose, call.steps.length === 0)?.calls.push(call);
  }
  return { of, unaccounted, others };
}

/** When each process did something first and last. */
function spansOf(records: readonly { run: string; at: string }[]): Map<string, [number, number]> {
  const spans = new Map<string, [number, number]>();
  for (const { run, at } of records) {
    const time = Date.parse(at);
    const [first, last] = spans.get(run) ?? [time, time];
    spans.set(run, [Math.min(first, time), Math.max(last, time)]);
  }
  return spans;
}

/** The update whose time it is, or is nearest to; of two, the one that is nearer to all that its process did. */
function updateAt(at: number, span: readonly number[], updates: Window[]): number | undefined {
  const nearness = (window: Window) => ({
    number: window.number,
    own: distance(window, at),
    whole: Math.max(...span.map((one) => distance(window, one))),
  });
  const [nearest] = updates.map(nearness).toSorted((one, other) => one.own - other.own || one.whole - other.whole);
  return nearest && nearest.own <= slackMs ? nearest.number : undefined;
}

function distance({ startedAt, endedAt }: Window, at: number): number {
  const end = endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt) + secondMs;
  return Math.max(0, Date.parse(startedAt) - at, at - end);
}
