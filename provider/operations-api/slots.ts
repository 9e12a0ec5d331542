import type { Throttle } from "./throttle";

/** Requests at once: to one instance, and of the whole process. */
export const usualConcurrency = 4;
export const usualTotalConcurrency = 64;
/** A request that has not been answered after this long holds up nobody else. */
const slowMs = 1000;

/**
 * How many requests of this process are under way at once. Instances take turns. A request that is not answered within a
 * second gives its slot to another one, and is one of the slow, of which there are never more than slots.
 */
export class Slots {
  private readonly limit: number;
  private readonly slowMs: number;
  private active = 0;
  private slow = 0;
  /** Would be slow, if there were not so many already. */
  private readonly overdue = new Set<() => void>();
  private readonly queue = new Set<Throttle>();
  /** Those that did not answer in time: served when no other one waits. */
  private readonly late = new Set<Throttle>();

  constructor(limit = usualTotalConcurrency, after = slowMs) {
    this.limit = limit;
    this.slowMs = after;
  }

  /** An instance has requests to send. */
  offer(throttle: Throttle): void {
    const [its, other] = throttle.isLate ? [this.late, this.queue] : [this.queue, this.late];
    other.delete(throttle);
    its.add(throttle);
    this.serve();
  }

  private serve(): void {
    this.serveFrom(this.queue);
    this.serveFrom(this.late);
  }

  private serveFrom(queue: Set<Throttle>): void {
    for (const throttle of queue) {
      if (this.active >= this.limit) return;
      queue.delete(throttle);
      const start = throttle.next();
      if (!start) continue;
      // Behind all others: the loop comes to it again.
      queue.add(throttle);
      this.active++;
      start();
    }
  }

  /** A slot was taken. What is returned gives it back. */
  taken(): () => void {
    let isSlow = false;
    const becomesSlow = () => {
      this.overdue.delete(becomesSlow);
      isSlow = true;
      this.slow++;
      this.active--;
    };
    const timer = setTimeout(() => {
      this.overdue.add(becomesSlow);
      this.settle();
    }, this.slowMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
      this.overdue.delete(becomesSlow);
      if (isSlow) this.slow--;
      else this.active--;
      this.settle();
    };
  }

  private settle(): void {
    for (const becomesSlow of this.overdue) if (this.slow < this.limit) becomesSlow();
    this.serve();
  }
}
