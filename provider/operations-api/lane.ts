import { AsyncLocalStorage } from "node:async_hooks";
import fastq, { type queueAsPromised } from "fastq";
import type { Slots } from "./slots";
import { Throttle } from "./throttle";

/** Work that is done one at a time, in the order it came. */
export class Turns {
  /** While there is work: an idle one is 3 kB, of which there would be two an instance. */
  private queue: queueAsPromised<() => Promise<unknown>, unknown> | undefined;

  /** The queue would do it in the scope of whoever had the turn before. */
  take<T>(work: () => Promise<T>): Promise<T> {
    this.queue ??= this.begin();
    return this.queue.push(AsyncLocalStorage.bind(work)) as Promise<T>;
  }

  private begin(): NonNullable<typeof this.queue> {
    const queue: NonNullable<typeof this.queue> = fastq.promise((work: () => Promise<unknown>) => work(), 1);
    queue.drain = () => {
      this.queue = undefined;
    };
    return queue;
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
