import { planBetween } from "../program/plan";
import { type Deployment, resourcesOf } from "../program/state";
import { reviewOf } from "../review/review";

/** One update of a stack, whichever backend keeps it. */
export interface Update {
  /** Counted from 1, those among them that changed nothing. */
  number: number;
  /** `update`, `refresh`, `destroy`, `import`, … */
  kind: string;
  /** `succeeded`, `failed`, … */
  result: string;
  /** When it was done, as ISO 8601. */
  at: string;
  /** The commit of the program, where it was in one; with what of it was not committed. */
  commit?: string;
  /** The stack's configuration, without what is secret. */
  config: Record<string, string>;
  origin: Origin;
}

/** When an update was made, by whom and of what, as Pulumi noted it. */
export interface Origin {
  startedAt: string;
  endedAt?: string;
  message?: string;
  /** All of it. */
  commit?: string;
  isDirty?: boolean;
  branch?: string;
  author?: string;
  /** Where a pipeline made it. */
  build?: string;
}

/** What an update changed in the topology. */
export interface Applied extends Update {
  headline: string;
  changed: boolean;
}

/** Updates in their order, each compared with the state before it. */
export function appliedOf(
  states: readonly { update: Update; after: Deployment }[],
  before: Deployment = {},
): Applied[] {
  return states.map(({ update, after }, index) => {
    const previous = states[index - 1]?.after ?? before;
    const plan = planBetween(resourcesOf(previous), resourcesOf(after));
    const { headline, changes } = reviewOf({ plan, findings: { before: [], after: [] } });
    return { ...update, headline, changed: changes.length > 0 };
  });
}
