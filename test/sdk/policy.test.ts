import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { harperPolicies } from "../../sdk/policy";
import { rules } from "../../topology/rules";
import { program } from "../topology/programs";

const policy = (name: string, settings?: Parameters<typeof harperPolicies>[0]) =>
  harperPolicies(settings).find((one) => one.name === name);

/** As Pulumi hands them over: what is not known yet throws. */
function handed(...lines: string[]): PolicyResource[] {
  const all = program(...lines);
  return all.map(({ urn, type, inputs = {} }) => {
    const props = type.endsWith(":Subscription") ? withUnknown(inputs, "node") : inputs;
    const node = all.find((one) => one.urn.endsWith(`::${urn.split("::").at(-1)?.split("/")[0]}`));
    return {
      urn,
      type,
      name: "",
      props,
      opts: {},
      dependencies: [],
      propertyDependencies: { node: node ? [node] : [] },
    };
  }) as unknown as PolicyResource[];
}

const withUnknown = (inputs: Record<string, unknown>, unknown: string) =>
  new Proxy(inputs, {
    get(known, key) {
      if (key === unknown) throw new Error(`${unknown} cannot be known during preview`);
      return Reflect.get(known, key);
    },
  });

async function violations(of: ReturnType<typeof policy>, resources: PolicyResource[]): Promise<string[]> {
  const found: string[] = [];
  const report = (text: string, urn?: string) => void found.push(`${urn?.split("::").at(-1) ?? "stack"}: ${text}`);
  if (of && "validateStack" in of) await (of as StackValidationPolicy).validateStack({ resources } as never, report);
  const single = (of as ResourceValidationPolicy).validateResource;
  for (const resource of resources) if (typeof single === "function") await single(resource as never, report);
  return found;
}

describe("the rules as a policy pack", () => {
  test("all of them but those that ask instances, with the level of each", () => {
    const expected = rules.filter(({ looksAt }) => looksAt !== "instances");
    expect(harperPolicies().map(({ name, enforcementLevel }) => [name, enforcementLevel])).toEqual(
      expected.map(({ name, level }) => [name, level === "error" ? "mandatory" : "advisory"]),
    );
    expect(policy("cut-node", { levels: { "cut-node": "off" } })?.enforcementLevel).toBe("disabled");
    expect(policy("cut-node", { levels: { "cut-node": "error" } })?.enforcementLevel).toBe("mandatory");
  });

  test("the graph is that of the whole stack, of what is not known by where it comes from", async () => {
    const hub = handed("us>eu", "us>eu orders", "us>ap", "us>ap orders");
    expect(await violations(policy("cut-node"), hub)).toEqual(["stack: without us these are apart: ap | eu"]);
    const silence = [{ rule: "cut-node", at: "us", reason: "three machines" }];
    expect(await violations(policy("cut-node", { silence }), hub)).toEqual([]);
    const twice = await violations(policy("declared-twice"), handed("us>eu", "us>eu orders", "eu>us"));
    expect(twice).toEqual([expect.stringMatching(/^us>eu: eu\/us is declared by "us>eu" at us and "eu>us" at eu$/)]);
  });

  test("what is sent and not kept is looked at resource by resource", async () => {
    const [node] = handed("us>eu full") as [PolicyResource];
    const open = { ...node, props: { ...node.props, verifyTls: false, retainAuthorization: true } } as PolicyResource;
    expect(await violations(policy("unverified-tls"), [open])).toHaveLength(1);
    expect(await violations(policy("retained-credentials"), [open])).toHaveLength(1);
    expect(await violations(policy("unverified-tls"), [node])).toEqual([]);
  });
});
