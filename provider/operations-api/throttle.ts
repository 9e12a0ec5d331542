import { Slots } from "./slots";

/**
 * The requests to one instance, of all who speak to it: so many at once, the others in the order they came. While it is
 * left alone none begins; after that they go one by one, and with each answer a few more at once.
 */
export class Throttle {
  private readonly slots: Slots;
  private limit = Number.POSITIVE_INFINITY;
  /** What of the limit it is trusted to take. */
  private allowed = Number.POSITIVE_INFINITY;
  private underWay = 0;
  private pauses = 0;
  private readonly waiting = new Set<() => void>();
  /** Whether it ever answered, and was not too busy to. */
  hasAnswered = false;
  /** Whether it did not answer in time when it was asked last. */
  isLate = false;
  /** How often in a row it was away or too busy, and since when. */
  failures = 0;
  private since = 0;

  constructor(slots = new Slots()) {
    this.slots = slots;
  }

  /** The least that anybody has set. */
  limitTo(limit: number): void {
    this.limit = Math.min(this.limit, limit);
    this.allowed = Math.min(this.allowed, this.limit);
  }

  /** Does the work when it is its turn. Whoever is cancelled before has the signal's reason thrown. */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.turn(signal);
    const giveBack = this.slots.taken();
    try {
      return await work();
    } finally {
      this.underWay--;
      giveBack();
      this.offer();
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = () => {
        this.waiting.delete(start);
        reject(signal.reason);
      };
      const start = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.waiting.add(start);
      this.offer();
    });
  }

  private offer(): void {
    if (this.waiting.size > 0) this.slots.offer(this);
  }

  /** For the slots: the request that begins now; nothing where none may. */
  next(): (() => void) | undefined {
    const [first] = this.waiting;
    if (!first || this.pauses > 0 || this.underWay >= Math.max(1, Math.floor(this.allowed))) return undefined;
    this.waiting.delete(first);
    this.underWay++;
    return first;
  }

  /** It answered, and was not too busy to. */
  well(): void {
    this.hasAnswered = true;
    this.isLate = false;
    this.failures = 0;
    this.allowed = Math.min(this.limit, this.allowed + 1 / Math.max(1, Math.floor(this.allowed)));
  }

  /** It was too busy to answer, or away: one at a time from now on. */
  failed(now: number): void {
    if (this.failures === 0) this.since = now;
    // Those that were under way together failed together.
    if (this.failures === 0 || this.pauses === 0) this.failures++;
    this.allowed = 1;
  }

  /** It did not answer in time. */
  late(): void {
    this.isLate = true;
    this.allowed = Math.max(1, this.allowed / 2);
  }

  /** For how long it has been away or too busy. */
  failingMs(now: number): number {
    return this.failures === 0 ? 0 : now - this.since;
  }

  /** Leaves it alone for as long as the pause takes. */
  async pause(pause: Promise<void>): Promise<void> {
    this.pauses++;
    try {
      await pause;
    } finally {
      this.pauses--;
      this.offer();
    }
  }
}
