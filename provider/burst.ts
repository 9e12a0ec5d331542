/** How long to wait for more, in milliseconds: since the last one came, and at most. */
const quietMs = 15;
const mostMs = 250;

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** How one item of a burst ended: undefined is success. */
export type Outcome = unknown;

/**
 * Collects what arrives together and hands it on as one. The engine runs only a few steps at once, so a burst is what it
 * has in flight; what comes while one is being written goes with the next.
 */
export class Burst<T> {
  private waiting: Waiting<T>[] = [];
  private busy = false;
  private timer: NodeJS.Timeout | undefined;
  private since = 0;
  private readonly write: (items: T[]) => Promise<Outcome[]>;

  /** `write` answers one outcome an item, in their order; if it throws, all of them failed with that. */
  constructor(write: (items: T[]) => Promise<Outcome[]>) {
    this.write = write;
  }

  /** Resolves when the item was written, rejects with why it was not. */
  submit(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) this.since = performance.now();
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.busy || this.waiting.length === 0) return;
    clearTimeout(this.timer);
    const left = this.since + mostMs - performance.now();
    this.timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(quietMs, left)));
  }

  private async flush(): Promise<void> {
    const burst = this.waiting;
    this.waiting = [];
    this.busy = true;
    try {
      const outcomes = await this.write(burst.map(({ item }) => item));
      burst.forEach(({ resolve, reject }, index) => {
        if (outcomes[index] === undefined) resolve();
        else reject(outcomes[index]);
      });
    } catch (error) {
      for (const { reject } of burst) reject(error);
    } finally {
      this.busy = false;
      this.schedule();
    }
  }
}
