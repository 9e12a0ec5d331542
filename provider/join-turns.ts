/** How long a join may take before it holds up only those that share an end with it. */
const usualPatienceMs = 10_000;

interface Join extends Turn {
  isSlow: boolean;
  start: () => void;
}

export interface Turn {
  /** Each by the one name that it has. */
  ends: readonly string[];
  /** Whether others may hear of it, as in a mesh: nothing else goes on meanwhile, whatever its ends. */
  isAlone: boolean;
}

/**
 * Joins with an end in common go one after the other, in the order they came; one of which others hear goes alone. One
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

  async take<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const join: Join = { ...turn, isSlow: false, start: resolve };
    this.waiting.add(join);
    this.next();
    await promise;
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
    const [quick, slow] = [false, true].map((is) => [...this.underWay].filter(({ isSlow }) => isSlow === is)) as [
      Join[],
      Join[],
    ];
    const hanging = new Set(slow.flatMap(({ ends }) => ends));
    const before = new Set(quick.flatMap(({ ends }) => ends));
    if (quick.some(({ isAlone }) => isAlone)) return;
    for (const join of this.waiting) {
      const { ends, isAlone } = join;
      if (ends.some((end) => hanging.has(end))) continue;
      const isFree = isAlone ? before.size === 0 : !ends.some((end) => before.has(end));
      // Who waits is not overtaken.
      for (const end of ends) before.add(end);
      if (isFree) this.begin(join);
      if (isAlone) return;
    }
  }

  private begin(join: Join): void {
    this.waiting.delete(join);
    this.underWay.add(join);
    join.start();
  }
}
