import { setTimeout } from "node:timers/promises";
import type { z } from "zod";
import { failureIn } from "./answers";
import { isPassing, isRefusal, pauseMs } from "./backoff";
import type { Connection } from "./connection";
import { HarperError } from "./errors";
import { Lane } from "./lane";
import { type AnswerOf, type OperationName, operations } from "./operations";
import { begin, endsOfWork, hasBegun, scope } from "./scope";
import { usualConcurrency } from "./slots";
import { type Answer, neverConnected, type SendOptions, Transport } from "./transport";
import { Tries } from "./tries";

/** What varies and is passed in: tests give their own. */
export interface Surroundings {
  now: () => number;
  random: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const surroundings: Surroundings = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
};

/** Of a read, where the instance has not answered before. */
const readTries = 4;
/** Of `cluster_status`, whose answer is lost when somebody else asks at the same time. All but the last are given up early. */
const lostTries = 3;
/** How long an instance that was waited for in vain is not asked again. */
const silenceMs = 30_000;
/**
 * Asks one instance until it has answered, or was waited for in vain. Reads and notes are retried with back-off and jitter,
 * writes only where nothing was sent: who writes reads back.
 */
export class Asker {
  /** What the instance is called in messages. */
  readonly name: string;
  protected readonly transport: Transport;
  protected readonly surroundings: Surroundings;
  protected readonly lane: Lane;
  private readonly timeoutMs: number;
  private readonly isGone: boolean;
  private readonly stop = new AbortController();
  private readonly closing = new AbortController();
  private silence: { until: number; error: HarperError } | undefined;

  /** `lane` is shared with all who speak to the same endpoint. */
  constructor(name: string, connection: Connection, given: Partial<Surroundings> = {}, lane = new Lane()) {
    this.name = name;
    this.transport = new Transport(name, connection);
    this.isGone = connection.gone === true;
    this.timeoutMs = Math.ceil((connection.timeoutSeconds ?? 30) * 1000);
    this.surroundings = { ...surroundings, ...given };
    this.lane = lane;
    lane.throttle.limitTo(connection.maxConcurrency ?? usualConcurrency);
  }

  /** Gives up what is under way, with the code `cancelled`; but for work that has begun to change something (scope.ts). */
  cancel(): void {
    this.stop.abort();
  }

  close(): Promise<void> {
    this.closing.abort();
    return this.transport.close();
  }

  protected async call<N extends OperationName>(
    operation: N,
    body: Record<string, unknown>,
    retry: boolean,
    signal?: AbortSignal,
  ): Promise<AnswerOf<N>> {
    if (this.isGone)
      throw new HarperError("gone", {
        operation,
        instance: this.name,
        problem: "harper:instances says that it is gone for good",
      });
    const begun = hasBegun();
    const halt = first([...(signal ? [signal] : []), ...this.ends()]);
    const { now, random } = this.surroundings;
    const limitMs = retry ? this.timeoutMs : Math.max(this.timeoutMs, scope.getStore()?.patienceMs ?? 0);
    const isLost = operation === "cluster_status";
    const bounds = { isRead: retry, patienceMs: this.timeoutMs, mostTries: isLost ? lostTries : readTries };
    const tries = new Tries(bounds, this.lane.throttle);
    for (;;) {
      tries.count++;
      const isEarly = isLost && tries.count < lostTries;
      const timeoutMs = isEarly ? Math.ceil(this.timeoutMs / lostTries) : limitMs;
      try {
        const options = { operation, body, timeoutMs, signal: halt, isRead: retry };
        return this.understand(operation, await this.ask(options, retry && !begun, signal));
      } catch (error) {
        if (!(error instanceof HarperError) || error === this.silence?.error) throw error;
        if (error.code === "timeout") this.lane.throttle.late();
        if (isEarly && error.code === "timeout" && !neverConnected(error)) continue;
        const next = isPassing(error) ? tries.after(error, now(), random()) : error;
        if (next instanceof HarperError) {
          // Who waits for an instance in vain waits for all.
          if (retry && (next !== error || next.code === "timeout"))
            this.silence = { until: now() + silenceMs, error: next };
          if (!retry && next.code === "busy") this.leaveAlone(operation, next);
          throw next;
        }
        await this.lane.throttle.pause(this.pause(operation, next, halt));
      }
    }
  }

  /** Asks once, when it is its turn; but not one that was waited for in vain, where `isSpared`. */
  private async ask(
    options: SendOptions & { signal: AbortSignal },
    isSpared: boolean,
    given: AbortSignal | undefined,
  ): Promise<Answer> {
    const { operation, signal, isRead } = options;
    const { throttle } = this.lane;
    const send = async () => {
      if (isSpared && this.silence && this.surroundings.now() < this.silence.until) throw this.silence.error;
      if (isRead || !begin()) return this.transport.send(options);
      return this.transport.send({ ...options, signal: given });
    };
    try {
      const answer = await throttle.take(send, signal);
      if (isRefusal(answer.status)) return answer;
      this.silence = undefined;
      throttle.well();
      return answer;
    } catch (cause) {
      throw signal.aborted && !(cause instanceof HarperError) ? this.cancelled(operation, cause) : cause;
    }
  }

  /** A write is not sent again here: whoever looks what came of it waits as long as the instance asks for. */
  private leaveAlone(operation: string, { retryAfterMs = 0 }: HarperError): void {
    const { throttle } = this.lane;
    throttle.failed(this.surroundings.now());
    const ms = Math.min(this.timeoutMs, Math.max(retryAfterMs, pauseMs(throttle.failures, this.surroundings.random())));
    throttle.pause(this.pause(operation, ms, this.closing.signal)).catch(() => {});
  }

  /** How long it is waited for when it is away or too busy. */
  get patienceMs(): number {
    return this.timeoutMs;
  }

  /** A wait that ends early, with the code `cancelled`, when the work is given up. */
  async pause(operation: string, ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.surroundings.sleep(ms, signal ?? first(this.ends()));
    } catch (cause) {
      throw this.cancelled(operation, cause);
    }
  }

  /** What the work answers; undefined where it takes longer, and goes on by itself. Given up as a pause is. */
  async within<T>(operation: string, ms: number, work: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    const late = this.pause(operation, ms, first([done.signal, ...this.ends()])).catch((error: unknown) => {
      if (!done.signal.aborted) throw error;
    });
    try {
      return await Promise.race([work, late.then(() => undefined)]);
    } finally {
      done.abort();
    }
  }

  /** What gives up the work in hand. */
  private ends(): AbortSignal[] {
    return hasBegun() ? [] : [this.stop.signal, ...endsOfWork()];
  }

  private cancelled(operation: string, cause?: unknown): HarperError {
    return new HarperError("cancelled", { operation, instance: this.name, problem: "cancelled", cause });
  }

  private understand<N extends OperationName>(operation: N, answer: Answer): AnswerOf<N> {
    const { secrets } = this.transport;
    const failure = failureIn(operation, this.name, answer, (text) => secrets.hide(text));
    if (failure) throw failure;
    return this.parsed<unknown>(operation, operations[operation].answer, answer.body) as AnswerOf<N>;
  }

  /** An answer, or a part of one, as it is meant. Throws HarperError where it is not that. */
  parsed<T>(operation: string, schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const problem = `the answer is not what ${operation} answers (${issue?.path.join(".") || "all of it"}: ${issue?.message})`;
    throw new HarperError("failed", {
      operation,
      instance: this.name,
      problem,
      cause: parsed.error,
      advice: "Check the endpoint: it may not be an operations API.",
    });
  }
}

/** Whichever comes first. Of one nothing is made, as what is made of a signal that lasts is looked after by it. */
const first = (signals: AbortSignal[]): AbortSignal => {
  const [one, ...more] = signals;
  return one && more.length === 0 ? one : AbortSignal.any(signals);
};
