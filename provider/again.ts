import { HarperError, whoWasAway } from "./operations-api";
import type { Context } from "./resource";

const firstPauseMs = 250;
const longestPauseMs = 4000;

/**
 * Whether work is done again that failed because an instance was away or too busy, for as long as the target's
 * timeoutSeconds. Whoever does it looks first what came of the one before.
 */
export class Again {
  private readonly context: Context;
  /** The other end of it, as it reports its name. */
  private readonly peer: string | undefined;
  private since: number | undefined;
  private waitedMs = 0;
  private tries = 1;

  constructor(context: Context, peer?: string) {
    this.context = context;
    this.peer = peer;
  }

  /** Waits; false where another try is of no use, or there were enough. */
  async after(error: unknown): Promise<boolean> {
    const { client } = this.context.at;
    if (!(error instanceof HarperError) || error.isInVain || !this.mayPass(error)) return false;
    this.since ??= performance.now();
    const leftMs = client.patienceMs - Math.max(this.waitedMs, performance.now() - this.since);
    if (leftMs <= 0) return false;
    const ms = Math.min(leftMs, longestPauseMs, firstPauseMs * 2 ** (this.tries - 1));
    await client.pause(error.operation, ms);
    this.waitedMs += ms;
    this.tries++;
    client.forget();
    return true;
  }

  /** The error of the last try, which says how many there were. */
  last(error: unknown): unknown {
    if (this.tries === 1 || !(error instanceof HarperError) || error.isInVain) return error;
    const seconds = Math.round(Math.max(this.waitedMs, performance.now() - (this.since ?? 0)) / 1000);
    return error.inVain(`${error.problem}, at the last of ${this.tries} tries in ${seconds} s`);
  }

  /** A peer is waited for only where it has answered before. */
  private mayPass(error: HarperError): boolean {
    const who = whoWasAway(error);
    if (who !== "peer") return who === "target";
    return this.peer !== undefined && this.context.instances.reported(this.peer) !== undefined;
  }
}
