import { pauseMs } from "./backoff";
import type { HarperError } from "./errors";
import { scope } from "./scope";
import type { Throttle } from "./throttle";
import { isAway, neverSent } from "./transport";

interface Bounds {
  isRead: boolean;
  /** How long an instance is waited for that has answered before, or that asks for it. */
  patienceMs: number;
  /** How often another one is asked, which is to block no preview. */
  mostTries: number;
}

/** The tries of one call: whether there is another one, and when. */
export class Tries {
  private readonly bounds: Bounds;
  private readonly throttle: Throttle;
  private waitedMs = 0;
  /** How often it was asked. */
  count = 0;

  constructor(bounds: Bounds, throttle: Throttle) {
    this.bounds = bounds;
    this.throttle = throttle;
  }

  /**
   * How long to wait before another try, or what to throw as there is none. A write is sent again only where nothing was
   * sent at all.
   */
  after(error: HarperError, now: number, chance: number): number | HarperError {
    const { isRead, patienceMs, mostTries } = this.bounds;
    if (!isRead && !neverSent(error)) return error;
    if (!this.isWaitedFor(error)) {
      if (!isRead || this.count >= mostTries) return error;
      return pauseMs(this.count, chance);
    }
    this.throttle.failed(now);
    const leftMs = patienceMs - Math.max(this.waitedMs, this.throttle.failingMs(now));
    if (leftMs <= 0) return this.inVain(error, now);
    const pause = Math.min(leftMs, Math.max(error.retryAfterMs ?? 0, pauseMs(this.throttle.failures, chance)));
    this.waitedMs += pause;
    return pause;
  }

  private isWaitedFor(error: HarperError): boolean {
    const { code, status } = error;
    if (scope.getStore()?.isPoll) return false;
    return code === "busy" || (this.throttle.hasAnswered && (status !== undefined || isAway(error)));
  }

  private inVain(error: HarperError, now: number): HarperError {
    const seconds = Math.round(Math.max(this.waitedMs, this.throttle.failingMs(now)) / 1000);
    return error.inVain(`${error.problem}, and so at every try for ${seconds} s`);
  }
}
