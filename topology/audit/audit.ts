import type { Applied } from "../history/applied";
import { account } from "./accounted";
import type { AuditedInstances } from "./live";
import { recordsIn } from "./records";
import type { AuditedUpdate, AuditReport, CallRecord, Work } from "./report";

interface Known {
  /** `project/stack`. */
  stack: string;
  /** The oldest first: those to be listed, and how many were before. */
  applied: Applied[];
  /** All that the backend remembers: a call of one that is not listed is accounted for, too. */
  updates: Pick<Applied, "number" | "origin">[];
  log: { file: string; text: string } | undefined;
  live: AuditedInstances | undefined;
}

/** What was asked, called, answered and read back, by which update. */
export function auditOf({ stack, applied, updates, log, live }: Known): AuditReport {
  const { unreadable, ...records } = recordsIn(log?.text ?? "");
  const windows = updates.map(({ number, origin }) => ({ number, ...origin }));
  const { of, unaccounted, others } = account(records, stack, windows);
  return {
    formatVersion: 1,
    stack,
    updates: applied.toReversed().map((update) => audited(update, of.get(update.number))),
    log: log ? { file: log.file, unreadable, ofOthers: others } : null,
    unaccounted,
    live: live ?? null,
  };
}

function audited({ number, kind, result, origin, headline }: Applied, work: Work = { steps: [], calls: [] }) {
  const { startedAt, endedAt, commit, isDirty, branch, author, message, build } = origin;
  const update: AuditedUpdate = {
    number,
    kind,
    result,
    startedAt,
    endedAt: endedAt ?? null,
    commit: commit ?? null,
    isDirty: isDirty ?? null,
    branch: branch ?? null,
    author: author ?? null,
    message: message ?? null,
    build: build ?? null,
    topology: headline,
    ...work,
  };
  return update;
}

/** What wants attention: calls without an answer, steps without an end, and what no update accounts for. */
export function attentionIn({ updates, unaccounted, log }: AuditReport): string[] {
  const calls = updates.flatMap((update) => update.calls);
  const steps = updates.flatMap((update) => update.steps);
  const unfinished = steps.filter(({ outcome }) => outcome === "unfinished");
  return [
    ...counted(calls.filter(isUnanswered).length, "call", "without an answer"),
    ...counted(unfinished.length, "step", "begun and not ended"),
    ...counted(unaccounted.steps.length, "step", "in no update of the stack"),
    ...counted(unaccounted.calls.length, "call", "in no update of the stack"),
    ...counted(log?.unreadable.length ?? 0, "line", "that cannot be read"),
  ];
}

const counted = (count: number, thing: string, what: string): string[] =>
  count === 0 ? [] : [`${count} ${thing}${count === 1 ? "" : "s"} ${what}`];

export const isUnanswered = ({ outcome }: CallRecord): boolean => outcome === "no answer";
