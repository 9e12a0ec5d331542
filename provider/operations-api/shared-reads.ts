import { setTimeout } from "node:timers/promises";
import { HarperError } from "./errors";
import { forAll, hasBegun, isLooking, scope } from "./scope";

/** How long a failed read answers for those who ask the same. */
const failureMs = 2000;
/** How old a read may be, failed ones included, for work that only looks: as long as a preview takes. */
const lookMs = { answered: 600_000, failed: 30_000 };
/** How long one that is out of date is waited for, so that those who ask meanwhile are answered by the next. */
const mostWaitMs = 250;

/** A shared read as it was answered last, and when it was asked for. */
export interface LastAnswer<T> {
  answer: T;
  askedAt: number;
}

interface Read {
  answer: Promise<unknown>;
  /** Infinite until it has begun. */
  askedAt: number;
  failedAt?: number;
  /** For the life of the process. */
  isLasting: boolean;
}

/**
 * Reads that all who ask within some time share. Of each kind one is under way at a time: when it was forgotten meanwhile,
 * all who ask then share the next.
 */
export class SharedReads {
  private readonly now: () => number;
  private readonly kept = new Map<string, Read>();
  private readonly underWay = new Map<string, Read>();
  private readonly next = new Map<string, Read>();
  private readonly last = new Map<string, LastAnswer<unknown>>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** A read that all who ask within `maxAgeMs` share, its failure included. */
  share<T>(key: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    const kept = this.kept.get(key);
    const known = kept && this.isFresh(kept, maxAgeMs) ? kept : this.next.get(key);
    if (known) {
      this.kept.set(key, known);
      return this.orAlone(known.answer as Promise<T>, read);
    }
    const isLasting = maxAgeMs === Number.POSITIVE_INFINITY;
    const entry: Read = { answer: Promise.resolve(), askedAt: Number.POSITIVE_INFINITY, isLasting };
    const begin = async () => {
      this.next.delete(key);
      this.underWay.set(key, entry);
      const askedAt = this.now();
      entry.askedAt = askedAt;
      try {
        const answer = await forAll(read);
        if (askedAt >= (this.last.get(key)?.askedAt ?? 0)) this.last.set(key, { answer, askedAt });
        return answer;
      } catch (error) {
        entry.failedAt = this.now();
        throw error;
      } finally {
        if (this.underWay.get(key) === entry) this.underWay.delete(key);
      }
    };
    const before = this.underWay.get(key);
    if (before) this.next.set(key, entry);
    entry.answer = before ? ended(before.answer).then(begin) : begin();
    this.kept.set(key, entry);
    return entry.answer as Promise<T>;
  }

  /** The read that was shared last where it suffices, however old it is; else as `share`. */
  async shareLast<T>(key: string, suffices: (last: T) => boolean, share: () => Promise<T>): Promise<T> {
    const last = this.lastAnswer<T>(key);
    if (last && suffices(last.answer)) return last.answer;
    return scope.run({ ...scope.getStore(), looks: false }, share);
  }

  /** A shared read as it was answered last, however old; nothing is asked. */
  lastAnswer<T>(key: string): LastAnswer<T> | undefined {
    return this.last.get(key) as LastAnswer<T> | undefined;
  }

  /** Whether it was asked: there is an answer, however old, or it is under way, or has failed lately. */
  isKnown(key: string): boolean {
    return this.last.has(key) || this.kept.has(key);
  }

  /** Drops every read but those that hold for the life of the process. */
  forget(): void {
    for (const [key, { isLasting, failedAt }] of this.kept)
      if (!isLasting || failedAt !== undefined) this.kept.delete(key);
  }

  private isFresh({ askedAt, failedAt }: Read, maxAgeMs: number): boolean {
    const now = this.now();
    const looks = isLooking();
    if (failedAt !== undefined && now >= failedAt + (looks ? lookMs.failed : failureMs)) return false;
    return now < askedAt + (looks ? Math.max(maxAgeMs, lookMs.answered) : maxAgeMs);
  }

  /** Work that has begun is not to fail because a read was cancelled that somebody else had asked for. */
  private async orAlone<T>(shared: Promise<T>, read: () => Promise<T>): Promise<T> {
    try {
      return await shared;
    } catch (error) {
      if (error instanceof HarperError && error.code === "cancelled" && hasBegun()) return read();
      throw error;
    }
  }
}

const ended = (read: Promise<unknown>) =>
  Promise.race([read.catch(() => {}), setTimeout(mostWaitMs, undefined, { ref: false })]);
