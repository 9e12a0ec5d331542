import { stepNames } from "../contenders/contender.mts";
import { type Role, roles } from "../processes/proc.mts";
import { isMeasured, type Measured, type Outcome, type Result } from "../results.mts";
import { caseNames } from "./find.mts";
import { megabytes, table } from "./markdown.mts";

/** Each case with all that took part: seconds, calls, most at once; then memory, processor time and state. */
export function figures(results: readonly Result[]): string {
  return caseNames(results)
    .map((name) => {
      const all = results.filter((one) => one.case.name === name);
      const isSaved = all[0]?.case.skipCheckpoints ? `\n\n${checkpoints}` : "";
      const cells = all.map(({ contender, steps }) => [contender, ...stepNames.map((step) => cell(steps[step]))]);
      const takes = all.map((one) => [one.contender, ...takesOf(one)]);
      return [
        `### ${name}${isSaved}`,
        table(["", ...stepNames], cells),
        table(takesHead, takes),
        reasons(all),
        `Measured at ${commitsOf(all)}.`,
      ]
        .filter(Boolean)
        .join("\n\n");
    })
    .join("\n\n");
}

const checkpoints =
  "With `PULUMI_EXPERIMENTAL=true` and `PULUMI_SKIP_CHECKPOINTS=true`, so the engine saves the state once, at the end.";

function cell(outcome: Outcome | undefined): string {
  if (!isMeasured(outcome)) return outcome ? "no" : "";
  const saw = outcome.sawDrift === undefined ? "" : outcome.sawDrift ? ", seen" : ", not seen";
  return `${outcome.seconds.toFixed(1)} s, ${outcome.calls.total} (${outcome.calls.atOnce})${saw}`;
}

const takesHead = [
  "",
  ...roles.map((role) => `${role}, memory`),
  ...roles.map((role) => `${role}, CPU of up`),
  "at once on one instance",
  "state",
];

function takesOf({ steps, stateBytes }: Result): string[] {
  const all = Object.values(steps).filter(isMeasured);
  const memory = (role: Role) => Math.max(...all.map(({ usage }) => usage?.[role]?.memory ?? 0), 0);
  const cpu = (role: Role) => (isMeasured(steps.up) ? steps.up.usage?.[role]?.cpu : undefined);
  return [
    ...roles.map((role) => (memory(role) > 0 ? megabytes(memory(role)) : "")),
    ...roles.map((role) => (cpu(role) === undefined ? "" : `${cpu(role)?.toFixed(1)} s`)),
    `${Math.max(0, ...all.map((one: Measured) => one.calls.atOnceOnOne))}`,
    stateBytes === undefined ? "none" : `${Math.round(stateBytes / 1e3)} kB`,
  ];
}

/** `02ff5d3 (plugin), e7629cb (dynamic, limit)`; the commit alone where it is one. */
function commitsOf(all: readonly Result[]): string {
  const by = Map.groupBy(all, ({ commit }) => commit);
  if (by.size === 1) return all[0]?.commit ?? "";
  return [...by].map(([commit, ones]) => `${commit} (${ones.map((one) => one.contender).join(", ")})`).join(", ");
}

/** Why a step is missing. */
function reasons(all: readonly Result[]): string {
  const lines = all.flatMap(({ contender, steps }) =>
    Object.entries(steps).flatMap(([step, outcome]) =>
      isMeasured(outcome) ? [] : [`- ${contender}, ${step}: ${outcome.reason}.`],
    ),
  );
  return lines.join("\n");
}
