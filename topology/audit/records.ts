import { type AuditLine, auditLine } from "../../provider/audit/lines";
import type { CallRecord, StepRecord, Work } from "./report";

export interface Records extends Work {
  /** Lines that are none of ours, or were written in part, by their numbers. */
  unreadable: number[];
}

/** What a log says, in its order. */
export function recordsIn(text: string): Records {
  const steps = new Map<string, StepRecord>();
  const calls = new Map<string, CallRecord>();
  const unreadable: number[] = [];
  for (const [index, row] of text.split("\n").entries()) {
    if (row.trim() === "") continue;
    const line = lineIn(row);
    if (!line) unreadable.push(index + 1);
    else take(line, steps, calls);
  }
  return { steps: [...steps.values()], calls: [...calls.values()], unreadable };
}

function take(line: AuditLine, steps: Map<string, StepRecord>, calls: Map<string, CallRecord>): void {
  const { run, time } = line;
  if (line.event === "asked") {
    const { v: _v, event: _event, time: askedAt, ...step } = line;
    steps.set(`${run} ${line.step}`, { ...step, askedAt, outcome: "unfinished", readBack: [] });
  } else if (line.event === "call") {
    const { v: _v, event: _event, time: at, ...call } = line;
    calls.set(`${run} ${line.call}`, { ...call, at, outcome: "no answer" });
  } else if (line.event === "answer") {
    const { outcome, text } = line;
    Object.assign(calls.get(`${run} ${line.call}`) ?? {}, { outcome, text, answeredAt: time });
  } else {
    const { outcome, id, error, readBack } = line;
    const known = { ...(id !== undefined && { id }), ...(error !== undefined && { error }) };
    Object.assign(steps.get(`${run} ${line.step}`) ?? {}, { outcome, readBack, endedAt: time, ...known });
  }
}

function lineIn(row: string): AuditLine | undefined {
  try {
    return auditLine.safeParse(JSON.parse(row)).data;
  } catch {
    return undefined;
  }
}
