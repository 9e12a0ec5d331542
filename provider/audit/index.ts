import { randomUUID } from "node:crypto";
import { PartialFailure } from "../ensure";
import { HarperError, type WriteOutcome, withoutUserinfo } from "../operations-api";
import type { Tell } from "../resource";
import type { AuditLine, ReadBack, Step } from "./lines";
import { inSteps, type Running, stepsNow } from "./steps";

export type { AuditLine, ReadBack, Step } from "./lines";

/** Where lines go. */
export interface AuditLog {
  /** What a message calls it. */
  name: string;
  /** Which front end or command writes. */
  by: string;
  /** Appends a whole line, or throws. */
  append(line: string): void;
}

/** What was read last of an end; `readAt` in milliseconds, and undefined where it was not read. */
export interface LastRead {
  end: string;
  what: string;
  readAt?: number | undefined;
  /** Undefined: it is not there. */
  found?: unknown;
}

/** A step as the lifecycle describes it. */
export interface Asked extends Omit<Step, "step"> {
  target: string;
  /** Without secrets. */
  inputs: Record<string, unknown>;
}

/** What a step came to. */
export interface Done {
  id?: string;
  state: object;
  /** A delete took nothing away. */
  isLeft?: boolean;
}

type Unstamped<L> = L extends AuditLine ? Omit<L, "v" | "time" | "run"> : never;

/** What this process writes into the audit log. Without a log it writes nothing. */
export class Audit {
  private readonly run = randomUUID();
  private readonly log: AuditLog | undefined;
  private readonly tell: Tell;
  private readonly who: string;
  private steps = 0;
  private calls = 0;

  constructor(log: AuditLog | undefined, who: string, tell: Tell) {
    this.log = log;
    this.who = who;
    this.tell = tell;
  }

  /** Does the work of a step, between a line that says what is asked and one with what was read back in the end. */
  async step<T extends Done>(
    asked: () => Asked,
    work: () => Promise<T>,
    readBack: (state: object | undefined) => LastRead[],
  ): Promise<T> {
    if (!this.log) return work();
    const { target, inputs, ...described } = asked();
    const step: Running = { step: ++this.steps, ...described };
    const line = { event: "asked", who: this.who, by: this.log.by, ...step, target, inputs } as const;
    this.orNotAtAll(line, `${step.kind} ${step.resource}`, target);
    const end = (
      outcome: "done" | "left" | "failed",
      about: { id?: string | undefined; error?: string },
      state?: object,
    ) =>
      this.orSay(() => ({
        event: "ended",
        step: step.step,
        outcome,
        ...about,
        readBack: readBack(state).map((read) => readBackOf(read, step.answeredAt ?? 0)),
      }));
    try {
      const done = await inSteps([step], work);
      end(done.isLeft ? "left" : "done", { id: done.id ?? step.id }, done.state);
      return done;
    } catch (error) {
      const left = error instanceof PartialFailure ? error : undefined;
      end("failed", { id: left?.id ?? step.id, error: (error as Error).message }, left?.state);
      throw error;
    }
  }

  /** Says what is about to be sent, or throws; what it answers is to be told what came of it. */
  call(instance: string, operation: string, request: Record<string, unknown>): (outcome: WriteOutcome) => void {
    if (!this.log) return () => {};
    const running = stepsNow();
    const call = ++this.calls;
    const steps = running.map(({ answeredAt: _, ...step }) => step);
    const { who } = this;
    const line = { event: "call", who, by: this.log.by, call, steps, instance, operation, request } as const;
    this.orNotAtAll(line, operation, instance);
    return (outcome) => {
      for (const step of running) step.answeredAt = Date.now();
      this.orSay(() => ({ event: "answer", call, ...outcome }));
    };
  }

  private write(line: Unstamped<AuditLine>): void {
    const whole = { v: 1, time: new Date().toISOString(), run: this.run, ...line };
    const shown = (_key: string, value: unknown) => (typeof value === "string" ? withoutUserinfo(value) : value);
    this.log?.append(`${JSON.stringify(whole, shown)}\n`);
  }

  /** Nothing is done that could not be written down before. */
  private orNotAtAll(line: Unstamped<AuditLine>, operation: string, instance: string): void {
    try {
      this.write(line);
    } catch (cause) {
      const problem = `${this.log?.name} cannot be written: ${(cause as Error).message}`;
      throw new HarperError("notLogged", { operation, instance, problem, cause });
    }
  }

  /** What has happened is not undone because it cannot be written down: the next call is not sent then. */
  private orSay(line: () => Unstamped<AuditLine>): void {
    try {
      this.write(line());
    } catch (error) {
      const text = `${this.log?.name} lacks what came of a call or a step: ${(error as Error).message}.`;
      this.tell("warning", text, "instance");
    }
  }
}

function readBackOf({ end, what, readAt, found }: LastRead, since: number): ReadBack {
  if (readAt === undefined) return { end, what, notRead: "it is not in harper:instances, or did not answer" };
  if (readAt < since) return { end, what, notRead: "it was not read after the last call" };
  return { end, what, readAt: new Date(readAt).toISOString(), found: found ?? null };
}
