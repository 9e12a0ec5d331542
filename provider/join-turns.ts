/** How long a join may take before it holds up only those that share an end with it. */
const usualPatienceMs = 10_000;

interface Join {
  ends: readonly string[];
  isSlow: boolean;
  start: () => void;
}

/**
 * Joins go one at a time, whatever the instances: each touches both of its ends, and in a mesh the others hear of it. One
 * that takes long, as an instance hangs, holds up only those that share an end with it.
 */
export class JoinTurns {
  private readonly patienceMs: number;
  private readonly waiting = new Set<Join>();
  private readonly underWay = new Set<Join>();
  /** How many have ended. */
  taken = 0;

  constructor(patienceMs = usualPatienceMs) {
    this.patienceMs = patienceMs;
  }

  async take<T>(ends: readonly string[], work: () => Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<void>();
    const join: Join = { ends, isSlow: false, start: turn.resolve };
    this.waiting.add(join);
    this.next();
    await turn.promise;
    const timer = setTimeout(() => {
      join.isSlow = true;
      this.next();
    }, this.patienceMs);
    timer.unref();
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.underWay.delete(join);
      this.taken++;
      this.next();
    }
  }

  private next(): void {
    const slow = [...this.underWay];
    if (slow.some(({ isSlow }) => !isSlow)) return;
    const busy = new Set(slow.flatMap(({ ends }) => ends));
    const first = [...this.waiting].find(({ ends }) => !ends.some((end) => busy.has(end)));
    if (!first) return;
    this.waiting.delete(first);
    this.underWay.add(first);
    first.start();
  }
}
