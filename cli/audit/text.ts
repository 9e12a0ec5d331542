import type { AuditedInstance } from "../../topology/audit/live.js";
import type { AuditedUpdate, AuditReport, CallRecord, StepRecord, Work } from "../../topology/audit/report.js";
import { commitInWords } from "../../topology/history/listed.js";
import { table } from "../table.js";

/** The report for people: the updates, and what each called; what no update accounts for; the instances. */
export function textOf({ updates, unaccounted, live }: AuditReport): string {
  const parts = updates.map((update) => [headOf(update), ...workOf(update)].join("\n"));
  const left = workOf(unaccounted);
  if (left.length > 0) parts.push(["IN NO UPDATE OF THE STACK", ...left].join("\n"));
  if (live && live.instances.length > 0) parts.push(table([instanceHeads, ...live.instances.map(instanceRow)]));
  return parts.join("\n\n");
}

function headOf({
  number,
  endedAt,
  startedAt,
  kind,
  result,
  commit,
  isDirty,
  author,
  topology,
}: AuditedUpdate): string {
  const of = commit ? commitInWords(commit, isDirty === true) : "no commit";
  const by = author ? `, ${author}` : "";
  return `${number}  ${endedAt ?? startedAt}  ${kind}, ${result}  (${of}${by})  ${topology}`;
}

function workOf({ steps, calls }: Work): string[] {
  const said = steps.flatMap((step) => [
    `  ${step.kind} ${step.resource} ${step.id ?? step.urn ?? ""}`.trimEnd() + outcomeOf(step),
    ...calls.filter((call) => isFor(call, step)).map((call) => `    ${callOf(call)}`),
    ...step.readBack.map(
      ({ end, what, found, notRead }) => `    read back on ${end}: ${what}: ${notRead ?? shown(found)}`,
    ),
  ]);
  const others = calls.filter((call) => !steps.some((step) => isFor(call, step)));
  return [...said, ...others.map((call) => `  ${call.by}: ${callOf(call)}`)];
}

const isFor = (call: CallRecord, { run, step }: StepRecord) =>
  call.run === run && call.steps.some((one) => one.step === step);

const outcomeOf = ({ outcome, error }: StepRecord) => {
  if (outcome === "done") return "";
  return outcome === "failed" ? `: failed: ${error}` : outcome === "left" ? ": left as it is" : ": not ended";
};

const callOf = ({ at, instance, operation, outcome, text }: CallRecord) =>
  `${at} ${operation} on ${instance}: ${outcome === "done" ? text : `${outcome}${text ? `: ${text}` : ""}`}`;

/** What was read, in short: the log has all of it. */
function shown(found: unknown): string {
  if (found === null || found === undefined) return "not there";
  if (typeof found !== "object") return "there";
  const { full, subscribe, publish, subscriptions } = found as Record<string, unknown>;
  if (subscribe !== undefined)
    return `receives ${subscribe === true ? "yes" : "no"}, sends ${publish === true ? "yes" : "no"}`;
  if (full === true) return "replicates everything";
  return Array.isArray(subscriptions) ? "explicit edges" : JSON.stringify(found);
}

const instanceHeads = ["INSTANCE", "REPORTS", "VERSION", "REACHED BY", "CERTIFICATES VALID TO", "KEEPS CREDENTIALS OF"];

const instanceRow = ({ name, reports, version, reachedBy, certificates, keepsCredentialsOf }: AuditedInstance) => [
  ...[name, reports, version, reachedBy],
  certificates === null ? "not told" : earliest(certificates),
  keepsCredentialsOf.join(", ") || "nobody",
];

/** The first of its own to end, whose it is, and how long that is. */
function earliest(certificates: NonNullable<AuditedInstance["certificates"]>): string {
  const [first] = certificates
    .filter(({ isAuthority, daysLeft }) => !isAuthority && daysLeft !== null)
    .sort((one, other) => (one.daysLeft ?? 0) - (other.daysLeft ?? 0));
  return first ? `${first.validTo?.slice(0, 10)} (${first.daysLeft} days, by ${first.issuedBy})` : "none";
}
