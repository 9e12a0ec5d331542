// What the calls that a stand-in has answered come to.

export interface Answered {
  instance: string;
  operation: string;
  at: number;
  until: number;
}

export interface Calls {
  total: number;
  byOperation: Record<string, number>;
  /** Most at once: of all instances, and of the one that had most. */
  atOnce: number;
  atOnceOnOne: number;
}

export function countCalls(answered: readonly Answered[]): Calls {
  const byOperation: Record<string, number> = {};
  for (const { operation } of answered) byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  const most = Object.entries(byOperation).sort(([, one], [, other]) => other - one);
  const ofEach = [...Map.groupBy(answered, ({ instance }) => instance).values()];
  return {
    total: answered.length,
    byOperation: Object.fromEntries(most),
    atOnce: mostAtOnce(answered),
    atOnceOnOne: Math.max(0, ...ofEach.map(mostAtOnce)),
  };
}

/** What ends as another begins is not at once with it. */
export function mostAtOnce(spans: readonly { at: number; until: number }[]): number {
  const events = spans.flatMap(({ at, until }) => [
    { time: at, by: 1 },
    // An answer within the same millisecond was under way all the same.
    { time: Math.max(until, at + 0.5), by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of events.sort((one, other) => one.time - other.time || one.by - other.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
