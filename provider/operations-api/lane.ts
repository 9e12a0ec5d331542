import { AsyncLocalStorage } from "node:async_hooks";
import fastq, { type queueAsPromised } from "fastq";
import type { Slots } from "./slots";
import { Throttle } from "./throttle";

/** Work that is done one at a time, in the order it came. */
export class Turns {
  private readonly queue: queueAsPromised<() => Promise<unknown>, unknown>;

  constructor() {
    this.queue = fastq.promise((work: () => Promise<unknown>) => work(), 1);
  }

  /** The queue would do it in the scope of whoever had the turn before. */
  take<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.push(AsyncLocalStorage.bind(work)) as Promise<T>;
  }
}

/** What all who speak to one endpoint throttle, whatever they call it and whoever they log in as. */
export class Lane {
  /** Calls that must not overlap: writes, and `cluster_status`. */
  readonly calls = new Turns();
  /** Bursts: each reads, writes and reads back. */
  readonly bursts = new Turns();
  readonly throttle: Throttle;
  private readonly forgetful = new Set<() => void>();

  constructor(slots?: Slots) {
    this.throttle = new Throttle(slots);
  }

  /** `forget` is told of every write. */
  join(forget: () => void): void {
    this.forgetful.add(forget);
  }

  written(): void {
    for (const forget of this.forgetful) forget();
  }
}
