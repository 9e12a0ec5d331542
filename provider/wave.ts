/** How long after the last arrival nobody else is expected, in milliseconds: at least, and at most. */
const leastMs = 60;
const mostMs = 1500;
/** What takes longer is held up by a slow instance, or comes from a program that takes its time. */
const usualHeldUpMs = 250;

/**
 * Lets what the engine has in flight begin together, so that it is read for and written together. The engine runs only so
 * many steps at once, and starts them one by one, as it saves its state between two. A wave begins when as many wait as
 * were ever in flight, those not counted that a slow instance holds up, or when nobody else comes.
 */
export class Wave {
  private readonly quietMs: number;
  private readonly heldUpMs: number;
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
  private hasEndedSince = false;
  private longestGap = 0;

  constructor(quietMs = leastMs, heldUpMs = usualHeldUpMs) {
    this.quietMs = quietMs;
    this.heldUpMs = heldUpMs;
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
      this.hasEndedSince = true;
    }
  }

  private gathered(): Promise<void> {
    const now = performance.now();
    // It was free to start, so it belongs to those before; perhaps their wave began too early.
    const gap = this.inFlight > 1 && !this.hasEndedSince ? now - this.lastArrival : 0;
    if (this.waiting.length > 0 || gap < this.heldUpMs) this.longestGap = Math.max(this.longestGap, gap);
    this.hasEndedSince = false;
    if (this.waiting.length === 0) {
      this.full = this.widest > 1 && this.widest === this.widestBefore ? this.widest : Number.POSITIVE_INFINITY;
      this.widestBefore = this.widest;
    }
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
    return [...this.begun].filter(({ at }) => now - at > this.heldUpMs).length;
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
