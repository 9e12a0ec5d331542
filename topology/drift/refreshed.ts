import { differing, type ProgramResource, type RawResource, resourceOf } from "../program/resource";

/** What a refresh found of a resource that is not as the state has it. */
export interface Drifted {
  resource: ProgramResource;
  /** Undefined where the object is there. */
  gone?: true;
  fields: { field: string; before: unknown; after: unknown }[];
}

interface Step {
  op: string;
  urn: string;
  oldState?: RawResource | null;
  newState?: RawResource | null;
}

/** Reads what `pulumi refresh --preview-only --json` prints: what is in the state, and what of it is otherwise. */
export function readRefresh(text: string): { resources: ProgramResource[]; drifted: Drifted[] } {
  const { steps = [], diagnostics = [] } = JSON.parse(text) as {
    steps?: Step[];
    diagnostics?: { severity: string; message: string }[];
  };
  const failed = diagnostics.filter(({ severity }) => severity === "error");
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message.trim()).join("; "));
  const byUrn = [...Map.groupBy(steps, ({ urn }) => urn).values()];
  const resources: ProgramResource[] = [];
  const drifted: Drifted[] = [];
  for (const those of byUrn) {
    const old = those.find(({ oldState }) => oldState)?.oldState;
    const resource = old && resourceOf(old);
    if (!resource) continue;
    resources.push(resource);
    const refreshed = those.find(({ op }) => op === "refresh" || op === "delete");
    if (!refreshed) continue;
    const now = refreshed.newState ? resourceOf(refreshed.newState)?.outputs : undefined;
    if (now === undefined || refreshed.op === "delete") drifted.push({ resource, gone: true, fields: [] });
    else {
      const before = resource.outputs ?? {};
      const fields = differing(before, now).map((field) => ({ field, before: before[field], after: now[field] }));
      if (fields.length > 0) drifted.push({ resource, fields });
    }
  }
  return { resources, drifted };
}
