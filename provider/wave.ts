/** How long after the last arrival nobody else is expected, in milliseconds: at least, and at most. */
const leastMs = 250;
const mostMs = 1500;

/**
 * Lets what the engine has in flight begin together, so that it is read for and written together. The engine runs only so
 * many steps at once, and starts them one by one, as it saves its state between two. A wave begins when as many wait as
 * were ever in flight, those not counted that a slow instance holds up, or when nobody else comes.
 */
export class Wave {
  private readonly quietMs: number;
  private waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private inFlight = 0;
  /** When each of those began that are not done. */
  private readonly begun = new Set<{ at: number }>();
  private widest = 0;
  private widestBefore = 0;
  /** How many make a wave full; infinite as long as waves still grow. */
  private full = Number.POSITIVE_INFINITY;
  private lastArrival = 0;
  private longestGap = 0;

  constructor(quietMs = leastMs) {
    this.quietMs = quietMs;
  }

  /** Does the work when its wave begins. */
  async join<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight++;
    try {
      await this.gathered();
      const step = { at: performance.now() };
      this.begun.add(step);
      return await work().finally(() => this.begun.delete(step));
    } finally {
      this.inFlight--;
    }
  }

  private gathered(): Promise<void> {
    const now = performance.now();
    if (this.waiting.length === 0) {
      this.full = this.widest > 1 && this.widest === this.widestBefore ? this.widest : Number.POSITIVE_INFINITY;
      this.widestBefore = this.widest;
    } else this.longestGap = Math.max(this.longestGap, now - this.lastArrival);
    this.lastArrival = now;
    this.widest = Math.max(this.widest, this.inFlight);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      clearTimeout(this.timer);
      if (this.waiting.length + this.heldUp(now) >= this.full) this.begin();
      else this.timer = setTimeout(() => this.begin(), this.quiet());
    });
  }

  private heldUp(now: number): number {
    return [...this.begun].filter(({ at }) => now - at > this.quietMs).length;
  }

  /** A machine that is slow to start steps is given more time. */
  private quiet(): number {
    return Math.max(this.quietMs, Math.min(4 * this.longestGap, mostMs));
  }

  private begin(): void {
    const wave = this.waiting;
    this.waiting = [];
    for (const resolve of wave) resolve();
  }
}
