import { z } from "zod";
import { auditLines } from "../../provider/audit/lines";
import { auditedInstances } from "./live";

const { asked, call, answer, ended } = auditLines;

/** A step of the log, from what was asked to what was read back. */
const stepRecord = asked.omit({ v: true, event: true, time: true }).extend({
  askedAt: asked.shape.time,
  outcome: z.enum([...ended.shape.outcome.options, "unfinished"]).describe("`unfinished`: its process ended before."),
  error: ended.shape.error,
  endedAt: ended.shape.time.optional(),
  readBack: ended.shape.readBack,
});

/** A call of the log, with what it was answered. Where nothing says more, nobody lived to write the answer down. */
const callRecord = call.omit({ v: true, event: true, time: true }).extend({
  at: call.shape.time,
  outcome: answer.shape.outcome,
  text: answer.shape.text.optional(),
  answeredAt: answer.shape.time.optional(),
});

const work = { steps: z.array(stepRecord), calls: z.array(callRecord) };

const update = z.object({
  number: z.number().int(),
  kind: z.string(),
  result: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable().describe("Null while it goes on."),
  commit: z.string().nullable(),
  isDirty: z
    .boolean()
    .nullable()
    .describe("Whether there was something in the program's folder that was not committed."),
  branch: z.string().nullable(),
  author: z.string().nullable().describe("Of the commit."),
  message: z.string().nullable(),
  build: z.string().nullable().describe("The pipeline's run."),
  topology: z.string().describe("What it changed, in words."),
  ...work,
});

/** What `pulumi-harper audit --json` prints. */
export const auditReport = z.object({
  formatVersion: z.literal(1),
  stack: z.string().describe("`project/stack`."),
  updates: z.array(update).describe("The newest first."),
  log: z
    .object({
      file: z.string(),
      unreadable: z
        .array(z.number().int())
        .describe("Numbers of lines that are not of the log, or were written in part."),
      ofOthers: z.number().int().describe("How many steps and calls are other stacks'."),
    })
    .nullable()
    .describe("Null where calls are not logged."),
  unaccounted: z.object(work).describe("What no update of the stack accounts for."),
  live: auditedInstances.nullable().describe("Null where nobody was asked."),
});

export type AuditReport = z.output<typeof auditReport>;
export type AuditedUpdate = z.output<typeof update>;
export type StepRecord = z.output<typeof stepRecord>;
export type CallRecord = z.output<typeof callRecord>;

export interface Work {
  steps: StepRecord[];
  calls: CallRecord[];
}
