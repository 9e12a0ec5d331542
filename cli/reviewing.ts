import { readLive } from "../topology/live/read.js";
import type { Live } from "../topology/live/snapshot.js";
import { declaredBy } from "../topology/program/declared.js";
import type { Plan } from "../topology/program/plan.js";
import type { ProgramResource } from "../topology/program/resource.js";
import { htmlOf } from "../topology/review/html.js";
import { markdownOf } from "../topology/review/markdown.js";
import { type Review, reviewOf } from "../topology/review/review.js";
import { type CheckSettings, runRules } from "../topology/rules/index.js";
import { asking, readInstances, type Whereabouts } from "./connections.js";
import { readSettingsFile } from "./settings-file.js";
import { say } from "./terminal.js";

/** How a review is written. */
export const formats: Record<string, (review: Review) => string> = {
  markdown: markdownOf,
  html: htmlOf,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
};

/** What the instances say now; who does not answer is named. */
export async function liveNow(where: Whereabouts): Promise<Live> {
  const live = await asking(await readInstances(where), (instances) => readLive(instances));
  for (const { name, problem } of live.silent) say(`not asked: ${name}: ${problem}`);
  return live;
}

/** With what the checks find, as the project sets them. */
export function reviewedNow(plan: Plan, live: Live | undefined): Review {
  const { checks } = readSettingsFile();
  const found = (side: ProgramResource[], other: ProgramResource[]) => findingsIn(side, other, live, checks);
  const findings = { before: found(plan.before, plan.after), after: found(plan.after, plan.before) };
  return reviewOf({ plan, live, findings });
}

function findingsIn(
  side: ProgramResource[],
  other: ProgramResource[],
  live: Live | undefined,
  checks: CheckSettings | undefined,
) {
  const names = Object.fromEntries((live?.instances ?? []).map(({ name, reports }) => [name, reports]));
  const tables = (live?.instances ?? []).map(({ name, tables: known }) => [name, new Set(Object.keys(known))] as const);
  const checked = { declared: declaredBy(side, names, other), tables: Object.fromEntries(tables) };
  return runRules(checked, checks).findings;
}
