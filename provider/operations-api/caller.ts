import { Asker, type Surroundings } from "./asker";
import type { Connection } from "./connection";
import { type ErrorCode, HarperError } from "./errors";
import type { Lane } from "./lane";
import { type AnswerOf, type OperationName, operations, type RequestOf } from "./operations";
import { withoutCredentials } from "./redaction";
import { type LastAnswer, SharedReads } from "./shared-reads";
import { toWire } from "./wire";

/** What came of a write, in words without secrets. `no answer`: whether it was done is not known from the call. */
export interface WriteOutcome {
  outcome: "done" | "failed" | "no answer";
  text: string;
}

/** A shared read, of what any instance can be asked. */
export interface Look<C, T = unknown> {
  key: string;
  maxAgeMs: number;
  read: (client: C) => Promise<T>;
}

/** Codes of errors that are no answer. */
const unanswered = new Set<ErrorCode>(["timeout", "unreachable", "busy", "tls", "cancelled", "gone"]);

/**
 * One instance's operations API. Reads are shared; writes and `cluster_status` (which hangs when two overlap) go one at a
 * time on their lane.
 */
export class Caller extends Asker {
  private readonly reads: SharedReads;
  /** Called before each write, which waits for it. */
  beforeWrite: (() => Promise<void>) | undefined;
  /** Told of each write before it is sent, without its credentials, and then what came of it. It stops a write by throwing. */
  onWrite:
    | ((operation: OperationName, request: Record<string, unknown>) => (outcome: WriteOutcome) => void)
    | undefined;
  /** Told of what it is asked that any other one could be asked. */
  onLook: (look: Look<this>) => void = () => {};

  constructor(name: string, connection: Connection, given?: Partial<Surroundings>, lane?: Lane) {
    super(name, connection, given, lane);
    this.reads = new SharedReads(this.surroundings.now);
    this.lane.join(() => this.forget());
  }

  /**
   * Sends one operation as it is typed; HarperClient has the safe ways. A request that depends on what is there is made
   * when it is its turn. Throws HarperError.
   */
  async send<N extends OperationName>(
    operation: N,
    request: RequestOf<N> | (() => Promise<RequestOf<N>>),
    signal?: AbortSignal,
  ): Promise<AnswerOf<N>> {
    const { kind } = operations[operation];
    const call = (body: object) =>
      kind === "write"
        ? this.sendWrite(operation, toWire(body), signal)
        : this.call(operation, toWire(body), true, signal);
    const made = typeof request === "function" ? undefined : this.checked(operation, request);
    const inTurn = async () => call(made ?? this.checked(operation, await (request as () => Promise<RequestOf<N>>)()));
    if (kind !== "write" && operation !== "cluster_status") return inTurn();
    if (kind === "write") {
      await this.beforeWrite?.();
      this.lane.written();
    }
    try {
      return await this.lane.calls.take(inTurn);
    } finally {
      if (kind === "write") this.lane.written();
    }
  }

  private async sendWrite<N extends OperationName>(
    operation: N,
    body: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<AnswerOf<N>> {
    const cameOf = this.onWrite?.(operation, withoutCredentials(body));
    const { secrets } = this.transport;
    try {
      const answer = await this.call(operation, body, false, signal);
      cameOf?.({ outcome: "done", text: secrets.hide(wordsOf(answer)) });
      return answer;
    } catch (error) {
      const isUnanswered = error instanceof HarperError && unanswered.has(error.code);
      cameOf?.({ outcome: isUnanswered ? "no answer" : "failed", text: secrets.hide((error as Error).message) });
      throw error;
    }
  }

  private checked<N extends OperationName>(operation: N, request: RequestOf<N>): object {
    const checked = operations[operation].request.safeParse(request);
    if (checked.success) return checked.data as object;
    const [issue] = checked.error.issues;
    throw new HarperError("invalid", {
      operation,
      instance: this.name,
      problem: `${issue?.path.join(".") || "the request"}: ${issue?.message}`,
    });
  }

  /** A read that all who ask within `maxAgeMs` share, its failure included; any write of ours drops it. */
  share<T>(key: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    return this.reads.share(key, maxAgeMs, read);
  }

  /** The same of what any instance can be asked. */
  look<T>(look: Look<this, T>): Promise<T> {
    this.onLook(look);
    return this.share(look.key, look.maxAgeMs, () => look.read(this));
  }

  /**
   * The read that was shared last where it suffices, however old it is; else as `share`. Only for rules of
   * preview, which fail nothing by what is old.
   */
  shareLast<T>(key: string, suffices: (last: T) => boolean, share: () => Promise<T>): Promise<T> {
    return this.reads.shareLast(key, suffices, share);
  }

  /** A shared read as it was answered last, however old; nothing is asked. */
  protected lastAnswer<T>(key: string): LastAnswer<T> | undefined {
    return this.reads.lastAnswer(key);
  }

  /** Whether a shared read was asked for: see SharedReads. */
  hasAsked(key: string): boolean {
    return this.reads.isKnown(key);
  }

  /** Drops every shared read but those that hold for the life of the process. */
  forget(): void {
    this.reads.forget();
  }
}

/** What an instance says of what it did: its message, or all of it. */
function wordsOf(answer: unknown): string {
  const { message, ...rest } = (answer ?? {}) as { message?: unknown };
  return typeof message === "string" && Object.keys(rest).length === 0 ? message : (JSON.stringify(answer) ?? "");
}
