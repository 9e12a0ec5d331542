import { cutNode, partition } from "./connectivity";
import { oneWayCycle } from "./cycles";
import { declaredTwice, fullWithSubscriptions, meshNeighbours } from "./declarations";
import type { Checked, Found, Level, Rule } from "./rule";
import { plainHttp, retainedCredentials, unverifiedTls } from "./security";
import type { CheckSettings } from "./settings";
import { missingTable, shortShard } from "./tables";

export type { Checked, Found, Level, Rule } from "./rule";
export { type CheckSettings, checkSettingsSchema } from "./settings";

/** The only list of rules. */
export const rules: readonly Rule[] = [
  partition,
  cutNode,
  oneWayCycle,
  declaredTwice,
  fullWithSubscriptions,
  meshNeighbours,
  missingTable,
  shortShard,
  retainedCredentials,
  plainHttp,
  unverifiedTls,
];

export interface Finding extends Found {
  rule: string;
  level: Level;
  /** Why it is accepted; undefined where it is not. */
  silenced?: string;
}

const severity: Record<Level, number> = { error: 0, warning: 1, info: 2 };

/** What the rules find, the gravest first; and what in the settings is of no use. */
export function runRules(
  checked: Omit<Checked, "shardReplicas">,
  settings: CheckSettings = {},
  of: readonly Rule[] = rules,
) {
  const { levels = {}, silence = [], shardReplicas = 2 } = settings;
  const used = new Set<number>();
  const findings = of.flatMap((rule): Finding[] => {
    const level = levels[rule.name] ?? rule.level;
    if (level === "off") return [];
    return rule.find({ ...checked, shardReplicas }).map((found) => {
      const index = silence.findIndex((one) => one.rule === rule.name && (one.at === undefined || one.at === found.at));
      used.add(index);
      const reason = silence[index]?.reason;
      return { rule: rule.name, level, ...found, ...(reason === undefined ? {} : { silenced: reason }) };
    });
  });
  findings.sort((one, other) => severity[one.level] - severity[other.level]);
  return { findings, useless: uselessIn(settings, used) };
}

function uselessIn({ levels = {}, silence = [] }: CheckSettings, used: ReadonlySet<number>): string[] {
  const known = new Set(rules.map(({ name }) => name));
  return [
    ...Object.keys(levels)
      .filter((name) => !known.has(name))
      .map((name) => `levels: there is no rule "${name}"`),
    ...silence.flatMap(({ rule, at }, index) => {
      if (!known.has(rule)) return [`silence[${index}]: there is no rule "${rule}"`];
      return used.has(index)
        ? []
        : [`silence[${index}]: nothing is found by ${rule}${at === undefined ? "" : ` at ${at}`} any more`];
    }),
  ];
}
