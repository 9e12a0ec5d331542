import type { PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { declaredBy } from "../topology/program/declared";
import { type RawResource, resourceOf } from "../topology/program/resource";
import { type CheckSettings, type Rule, rules, runRules } from "../topology/rules";

export type { CheckSettings } from "../topology/rules";

/**
 * The rules of `pulumi-harper check` for a policy pack: `new PolicyPack("harper", { policies: harperPolicies() })`. An error
 * is mandatory, what is less is advisory. Those that ask live instances are for the command alone.
 */
export const harperPolicies = (settings: CheckSettings = {}): (ResourceValidationPolicy | StackValidationPolicy)[] =>
  rules.filter(({ looksAt }) => looksAt !== "instances").map((rule) => policyOf(rule, settings));

function policyOf(rule: Rule, settings: CheckSettings): ResourceValidationPolicy | StackValidationPolicy {
  const level = settings.levels?.[rule.name] ?? rule.level;
  const policy = {
    name: rule.name,
    description: `${rule.title} ${rule.page}`,
    enforcementLevel: level === "error" ? "mandatory" : level === "off" ? "disabled" : "advisory",
  } as const;
  const validate = (all: RawResource[], report: ReportViolation) => {
    const declared = declaredBy(all.flatMap((raw) => resourceOf(raw) ?? []));
    for (const { text, urns, silenced } of runRules({ declared }, settings, [rule]).findings)
      if (silenced === undefined) report(text, urns[0]);
  };
  // What is sent and not kept is in the inputs alone, which are shown resource by resource.
  return rule.looksAt === "inputs"
    ? {
        ...policy,
        validateResource: ({ urn, type, props }, report) => validate([{ urn, type, inputs: known(props) }], report),
      }
    : { ...policy, validateStack: ({ resources }, report) => validate(resources.map(rawOf), report) };
}

const rawOf = ({ urn, type, props, propertyDependencies }: PolicyResource): RawResource => {
  const values = known(props);
  const from = Object.entries(propertyDependencies).map(([key, those]) => [key, those.map((one) => one.urn)]);
  return { urn, type, id: "known", inputs: values, outputs: values, propertyDependencies: Object.fromEntries(from) };
};

/** What is not known yet throws when it is looked at. */
function known(props: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(props)) {
    try {
      // To the last depth, as a list may have what is not known.
      values[key] = JSON.parse(JSON.stringify(props[key] ?? null)) ?? undefined;
    } catch {}
  }
  return values;
}
