import { describe, expect, test } from "vitest";
import { readPlan } from "../../topology/program/plan";
import type { RawResource } from "../../topology/program/resource";
import type { StateResource } from "../../topology/program/state";
import { reviewOf } from "../../topology/review/review";
import { lastingOf } from "../../topology/rollback/lasting";
import { restore } from "../../topology/rollback/restored";
import { configurationChange, sourceChange } from "../../topology/rollback/source";
import { preview, program } from "./programs";
import { ciphertext, component, dynamic, other, plaintext, plugin, provider, stack } from "./states";

const restored = (former: StateResource[], today: StateResource[], known?: string[]) =>
  restore({ resources: [stack(), ...former] }, { resources: [stack({ count: 2 }), ...today] }, known);

const node = (inputs: object = {}, given: Partial<StateResource> = {}) =>
  plugin("Node", "eu", { target: "us", peer: "eu", hostname: "eu.example", ...inputs }, given);
const edge = (table: string, given: Partial<StateResource> = {}) =>
  plugin("Subscription", table, { target: "us", node: "eu.example", database: "shop", table }, given);

describe("the program of a former state", () => {
  test("what is ours, with its component, its dependencies and its options", () => {
    const cluster = component("harper:index:Cluster", "prod");
    const joined = node({}, { parent: cluster.urn, protect: true, customTimeouts: { create: 600 } });
    const from = { dependencies: [joined.urn], propertyDependencies: { node: [joined.urn], table: [] } };
    const orders = edge("orders", { parent: cluster.urn, ...from });
    const { declarations, frontEnd, outputs, problems, untouched } = restored([cluster, joined, orders], [cluster]);
    expect({ frontEnd, outputs, problems, untouched }).toEqual({
      frontEnd: "plugin",
      outputs: { count: 2 },
      problems: [],
      untouched: [cluster.urn],
    });
    expect(declarations.map(({ kind, type, name, parent }) => [kind, type, name, parent])).toEqual([
      ["component", "harper:index:Cluster", "prod", undefined],
      ["resource", "Node", "eu", cluster.urn],
      ["resource", "Subscription", "orders", cluster.urn],
    ]);
    expect(declarations[1]?.options).toEqual({ protect: true, customTimeouts: { create: "600s" } });
    expect(declarations[2]).toMatchObject({
      dependsOn: [joined.urn],
      comesFrom: { node: [joined.urn], table: [] },
    });
  });

  test("is one of today's front end", () => {
    const former = dynamic("Node", "eu", { target: "us", peer: "eu", __provider: "require(…)", __origin: "urn:…" });
    expect(restored([former], [former])).toMatchObject({ frontEnd: "dynamic" });
    expect(restored([former], [])).toMatchObject({ frontEnd: "dynamic" });
    const { frontEnd, declarations } = restored([former], [node()]);
    expect(frontEnd).toBe("plugin");
    expect(declarations[0]).toMatchObject({ type: "Node", inputs: { target: "us", peer: "eu" } });
    expect(Object.keys(declarations[0]?.inputs ?? {})).toEqual(["target", "peer"]);
  });

  test("leaves all others alone, and a component that holds one of them", () => {
    const region = component("my:index:Region", "eu");
    const machine = other("vm", { host: "eu.example" }, { parent: region.urn });
    const cloud = provider("cloud", "default");
    const mine = provider("harper", "default_0_1_0");
    const cluster = component("harper:index:Cluster", "prod");
    const today = [region, machine, cloud, mine, cluster, node({}, { parent: cluster.urn })];
    expect(restored([], today).untouched).toEqual([region.urn, machine.urn, cloud.urn]);
  });

  test("a provider of its own comes with today's settings", () => {
    const former = provider("harper", "mine", { instances: plaintext("{old}"), version: "0.0.9", __internal: {} });
    const today = provider("harper", "mine", { instances: plaintext("{new}") });
    const used = node({}, { provider: `${former.urn}::id-of-mine` });
    const { declarations, problems } = restored([former, used], [today]);
    expect(declarations[0]).toMatchObject({ kind: "provider", name: "mine" });
    expect(declarations[0]?.inputs).toEqual({ instances: plaintext("{new}") });
    expect(declarations[1]).toMatchObject({ name: "eu", provider: former.urn });
    expect(problems).toEqual([]);
  });
});

describe("what stands against it is said before anything is done", () => {
  const machine = (host: string) => other("vm", { host });
  const fromMachine = (host: string) =>
    node({ hostname: host }, { propertyDependencies: { hostname: [machine("").urn] } });

  test.each([
    ["is otherwise today", [machine("b")], "which is otherwise today or gone"],
    ["is gone", [], "which is otherwise today or gone"],
  ])("a value of ours whose source %s", (_what, today, words) => {
    expect(restored([machine("a"), fromMachine("a")], today).problems).toEqual([
      expect.stringMatching(`^Node "eu" had its hostname from "vm", ${words}`),
    ]);
  });

  test("not where the source is as it was, or the value is as today", () => {
    expect(restored([machine("a"), fromMachine("a")], [machine("a")]).problems).toEqual([]);
    expect(restored([machine("a"), fromMachine("a")], [machine("b"), fromMachine("a")]).problems).toEqual([]);
  });

  test("another's dependency on what goes", () => {
    const joined = node();
    const { problems } = restored([], [joined, other("dns", {}, { dependencies: [joined.urn] })]);
    expect(problems).toEqual(['"dns" depends on Node "eu", which goes: take it out of the program first']);
  });

  test("a parent that is another's", () => {
    const vm = machine("a");
    expect(restored([vm, node({}, { parent: vm.urn })], [vm]).problems).toEqual([
      'Node "eu" had the parent "vm", which only the program itself can declare',
    ]);
  });

  test("a target that is not configured any more", () => {
    expect(restored([node()], [], ["eu"]).problems).toEqual([
      'a missing credential: Node "eu" is on us, which is not in harper:instances',
    ]);
    expect(restored([node()], [], ["us", "eu"]).problems).toEqual([]);
  });

  test("secrets that cannot be decrypted, where they are needed", () => {
    const former = node({ peer: undefined, authorization: ciphertext });
    const missing = ['a missing credential: Node "eu" had a secret authorization, which cannot be decrypted any more'];
    expect(restored([former], [], ["us"]).problems).toEqual(missing);
    // It is a member already.
    expect(restored([former], [node()], ["us"]).problems).toEqual([]);
    const known = restored([node({ authorization: ciphertext })], [], ["us", "eu"]);
    expect(known.problems).toEqual([]);
    expect(known.declarations[0]?.inputs).not.toHaveProperty("authorization");
  });

  test("an inline connection is today's", () => {
    const inline = (password: string) => node({ target: plaintext({ endpoint: "https://us:9925", password }) });
    expect(restored([inline("old")], [inline("new")]).declarations[0]?.inputs).toEqual(inline("new").inputs);
    expect(restored([node({ target: ciphertext })], []).problems).toHaveLength(1);
  });
});

describe("what cannot be undone", () => {
  const lasting = (before: string[], after: string[]) => {
    const plan = readPlan(preview(program(...before), program(...after)));
    return lastingOf(plan, reviewOf({ plan, findings: { before: [], after: [] } }));
  };

  test("of edges: rows that came, and rows that were written meanwhile", () => {
    expect(lasting(["us>eu", "us>eu orders"], ["us>eu", "us>eu orders ->", "us>eu prices"])).toEqual([
      "rows of shop.orders that came from eu stay on us",
      "rows of shop.prices that were written on eu and us without this edge may never reach us and eu: it carries what is written from then on",
    ]);
  });

  test("of a mesh that ends, and of one that comes back", () => {
    expect(lasting(["us>eu full"], [])).toEqual([
      "eu, us keep the tables and rows that they copied from each other, and of rows with the same key only the newer one is left",
      "eu keeps the databases, tables and rows that it got",
      "us keeps the databases, tables and rows that it got",
    ]);
    expect(lasting([], ["us>eu full"])).toEqual([
      "eu, us copy each other's rows anew: one that was deleted on some while they were apart may come back from another, where the audit log no longer has the deletion",
    ]);
  });
});

describe("what the program has to say otherwise", () => {
  test("by name and property, without secrets", () => {
    const [us] = program("us>eu");
    const before = program("us>eu", "us>eu orders");
    const after = [{ ...(us as RawResource), inputs: { ...us?.inputs, shard: 3, authorization: plaintext("pw") } }];
    const { changes } = readPlan(preview(before, after));
    const plan = { before: [], after: [], said: [], changes };
    expect(sourceChange(plan, { before: "now", after: "then" })).toEqual([
      "--- now",
      "+++ then",
      '  Node "us>eu"',
      "+   authorization: [secret]",
      "+   shard: 3",
      '- Subscription "us>eu/orders"',
      '-   database: "shop"',
      '-   node: "eu.example"',
      "-   publish: true",
      "-   subscribe: true",
      '-   table: "orders"',
      '-   target: "us"',
    ]);
  });

  test("its configuration as commands of a shell, without connections", () => {
    expect(
      configurationChange(
        { "shop:size": "2", "shop:new": "x", "harper:timeoutSeconds": "3" },
        { "shop:size": "3", "shop:name": "it's", "harper:timeoutSeconds": "9" },
      ),
    ).toEqual(["pulumi config set shop:name 'it'\\''s'", "pulumi config rm shop:new", "pulumi config set shop:size 3"]);
  });
});

test("a plan begins with what a refresh found: what is gone is made anew, and what is gone and not declared is nothing", () => {
  const [node, orders, prices] = program("us>eu", "us>eu orders", "us>eu prices");
  const refresh = [node, orders, prices].map((oldState) => ({
    op: "refresh",
    urn: oldState?.urn,
    oldState,
    newState: oldState,
  }));
  const same = { op: "same", urn: node?.urn, oldState: node, newState: node };
  const create = { op: "create", urn: orders?.urn, newState: { ...orders, id: undefined } };
  const plan = readPlan(JSON.stringify({ steps: [...refresh, same, create] }));
  expect(plan.before.map(({ name }) => name)).toEqual(["us>eu"]);
  expect(plan.after.map(({ name }) => name)).toEqual(["us>eu", "us>eu/orders"]);
  expect(plan.changes.map(({ op }) => op)).toEqual(["same", "create"]);
});
