import { z } from "zod";

/** What a line of the audit log holds: docs/audit.md. Lines of one `run`, which is a process of the provider, belong together. */

const line = {
  v: z.literal(1),
  time: z.iso.datetime(),
  run: z.string(),
};

/** Who works: a user on a machine, by a front end or a command. */
const worker = { who: z.string(), by: z.string() };

/** One resource that the engine has the provider make, change or take away. */
const stepFields = {
  step: z.number().int(),
  kind: z.enum(["create", "update", "delete"]),
  resource: z.string(),
  /** As far as it is known. */
  id: z.string().optional(),
  urn: z.string().optional(),
  /** `project/stack`. */
  stack: z.string().optional(),
};
const step = z.object(stepFields);

/** What was read last of an object on one of its ends. */
const readBack = z.object({
  /** The instance's name in harper:instances; of one that is not there, the name it reports. */
  end: z.string(),
  what: z.string(),
  readAt: z.iso.datetime().optional(),
  /** Null: it is not there. */
  found: z.unknown().optional(),
  /** Why it was not read. */
  notRead: z.string().optional(),
});

const asked = z.object({
  ...line,
  event: z.literal("asked"),
  ...worker,
  ...stepFields,
  target: z.string(),
  inputs: z.record(z.string(), z.unknown()),
});

const call = z.object({
  ...line,
  event: z.literal("call"),
  ...worker,
  call: z.number().int(),
  /** The steps that it is for: several where they are written as one, none where a command sends it. */
  steps: z.array(step),
  instance: z.string(),
  operation: z.string(),
  request: z.record(z.string(), z.unknown()),
});

/** `no answer`: whether it was done is not known from the call. */
const outcomes = z.enum(["done", "failed", "no answer"]);

const answer = z.object({
  ...line,
  event: z.literal("answer"),
  call: z.number().int(),
  outcome: outcomes,
  /** The instance's own words, or what went wrong. */
  text: z.string(),
});

const ended = z.object({
  ...line,
  event: z.literal("ended"),
  step: z.number().int(),
  /** `left`: a delete that took nothing away, as somebody else has it, or nobody can be asked. */
  outcome: z.enum(["done", "left", "failed"]),
  id: z.string().optional(),
  error: z.string().optional(),
  readBack: z.array(readBack),
});

export const auditLines = { asked, call, answer, ended };
export const auditLine = z.discriminatedUnion("event", [asked, call, answer, ended]);

export type AuditLine = z.output<typeof auditLine>;
export type Step = z.output<typeof step>;
export type ReadBack = z.output<typeof readBack>;
