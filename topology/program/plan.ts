import { differing, type ProgramResource, type RawResource, resourceOf } from "./resource";
import { type Deployment, resourcesOf, samePlace } from "./state";

/** What a run makes of a resource. */
export type Op = "same" | "create" | "update" | "delete" | "replace";

export interface PlannedChange {
  op: Op;
  before?: ProgramResource;
  after?: ProgramResource;
  /** Inputs that differ. */
  fields: string[];
}

export interface Plan {
  before: ProgramResource[];
  after: ProgramResource[];
  /** In alphabetical order of their URNs; those that stay as they are among them. */
  changes: PlannedChange[];
  /** Warnings of the provider, each once. */
  said: string[];
}

interface Step {
  op: string;
  urn: string;
  oldState?: RawResource;
  newState?: RawResource;
  diffReasons?: string[] | null;
}

/** Reads what `pulumi preview --json --show-sames` prints. Throws where it is none, or where the preview failed. */
export function readPlan(text: string): Plan {
  const { steps, warnings } = parse(text);
  const byUrn = Map.groupBy(steps, ({ urn }) => urn);
  const changes = [...byUrn.keys()].sort().flatMap((urn) => changeOf(byUrn.get(urn) ?? []) ?? []);
  const of = (end: "before" | "after") => changes.flatMap((change) => change[end] ?? []);
  return { before: of("before"), after: of("after"), changes, said: [...new Set(warnings)].sort() };
}

/** Resources of `pulumi stack export`. */
export function readState(text: string): ProgramResource[] {
  const { deployment } = JSON.parse(text) as { deployment?: Deployment };
  return resourcesOf(deployment ?? {});
}

/** What becomes of resources from one state to another. */
export function planBetween(before: readonly ProgramResource[], after: readonly ProgramResource[]): Plan {
  const [old, now] = [before, after].map((those) => new Map(those.map((one) => [samePlace(one.urn), one])));
  const keys = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  const changes = keys.map((key): PlannedChange => {
    const [was, is] = [old?.get(key), now?.get(key)];
    const fields = was && is ? differing(was.inputs, is.inputs) : [];
    const op = !was ? "create" : !is ? "delete" : fields.length > 0 ? "update" : "same";
    return { op, ...(was ? { before: was } : {}), ...(is ? { after: is } : {}), fields };
  });
  return { before: [...before], after: [...after], changes, said: [] };
}

function parse(text: string): { steps: Step[]; warnings: string[] } {
  // Some versions print a line before it.
  const start = text.indexOf("{");
  const plan = JSON.parse(text.slice(Math.max(0, start))) as {
    steps?: Step[];
    changeSummary?: { same?: number };
    diagnostics?: { severity: string; message: string }[];
  };
  const steps = plan.steps ?? [];
  const failed = (plan.diagnostics ?? []).filter(({ severity }) => severity === "error");
  if (failed.length > 0)
    throw new Error(`the preview failed: ${failed.map(({ message }) => message.trim()).join("; ")}`);
  const same = steps.filter(({ op }) => op === "same");
  if (same.length < (plan.changeSummary?.same ?? 0))
    throw new Error("what stays as it is was left out: it needs --show-sames");
  const warnings = (plan.diagnostics ?? []).filter(({ severity }) => severity === "warning");
  return { steps, warnings: warnings.map(({ message }) => message.replace(/^warning: /, "").trim()) };
}

function changeOf(steps: Step[]): PlannedChange | undefined {
  // Gone, and not declared any more.
  if (steps.every(({ op }) => op === "refresh")) return undefined;
  const planned = steps.filter(({ op }) => op !== "refresh" && op !== "read");
  const ops = new Set(planned.map(({ op }) => op));
  const last = planned.findLast(({ newState }) => newState) ?? steps.findLast(({ newState }) => newState);
  // Of a refresh, too, it is what was found; where that is nothing, no other step has it.
  const first = planned.find(({ oldState }) => oldState);
  // Pulumi forgets it, and touches nothing.
  const isKept = ops.has("delete") && first?.oldState?.retainOnDelete === true;
  const op = isKept ? "same" : opOf(ops);
  const before = first?.oldState && resourceOf(first.oldState);
  const after = isKept ? before : op === "delete" ? undefined : last?.newState && resourceOf(last.newState);
  if (!before && !after) return undefined;
  return {
    op,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    fields: before && after ? differing(before.inputs, after.inputs) : [],
  };
}

function opOf(ops: Set<string>): Op {
  if (ops.has("replace") || ops.has("create-replacement")) return "replace";
  for (const op of ["create", "update", "delete"] as const) if (ops.has(op)) return op;
  return ops.has("import") ? "create" : "same";
}
