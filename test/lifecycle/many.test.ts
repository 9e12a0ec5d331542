import { describe, expect, onTestFinished, test } from "vitest";
import { readSettings } from "../../provider/config";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { resources } from "../../provider/resources";
import { startFakeCluster } from "../fake";

/** A refresh of a Route on each of so many instances; what it did, as the instances saw it. */
async function refresh(count: number, hanging: number, { timeoutSeconds = 30, ...settings }: Record<string, number>) {
  const nodes = Array.from({ length: count }, (_, index) => `n${index}`);
  const fake = await startFakeCluster({ nodes, latencyMs: 10 });
  for (const name of nodes.slice(0, hanging)) fake.fail(name, { fault: { kind: "hang" } });
  const connections = Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
    name,
    { endpoint, username, password, timeoutSeconds },
  ]);
  const said: string[] = [];
  const instances = new Instances(readSettings({ instances: Object.fromEntries(connections), ...settings }));
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: (_, text) => said.push(text) });
  const state = (target: string) => ({ target, url: "wss://a:9933", address: "wss://a:9933", instance: target });
  const read = (name: string) => lifecycle.read(resources.Route, `${name}/wss://a:9933`, state(name));
  const began = performance.now();
  const hung = Promise.allSettled(nodes.slice(0, hanging).map(read));
  const found = await Promise.all(nodes.slice(hanging).map(read));
  const seconds = (performance.now() - began) / 1000;
  const calls = Object.values(fake.instances).reduce((sum, one) => sum + one.calls.length, 0);
  const seen = { ...fake.peaks(), calls, seconds, gone: found.filter((one) => one === undefined).length };
  instances.cancel();
  await hung;
  await instances.close();
  await fake.close();
  return seen;
}

test("a refresh of 200 instances is bound by what is set, and by nothing of ours", async () => {
  const seen = await refresh(200, 0, { maxTotalConcurrency: 32 });
  // Who it is, and its configuration.
  expect(seen).toMatchObject({ all: 32, calls: 400, gone: 200 });
  expect(seen.one).toBeLessThanOrEqual(4);
});

test("20 that hang among 120 keep none of the others from being read", async () => {
  const seen = await refresh(120, 20, { maxTotalConcurrency: 16 });
  // Before any of those that hang was given up, and asked again.
  expect(seen).toMatchObject({ gone: 100, calls: 220 });
  expect(seen.all).toBeLessThanOrEqual(32);
});

test("more that hang than there may be at once: the others go before they are asked again", async () => {
  const seen = await refresh(60, 30, { maxTotalConcurrency: 8, timeoutSeconds: 6 });
  expect(seen).toMatchObject({ gone: 30 });
  // Two calls to each that answers, one to each that hangs, and again only where a slot was free.
  expect(seen.calls).toBeLessThanOrEqual(60 + 30 + 2 * 8);
});

/** A run of the provider on so many instances `n0`, `n1`, …, of which it is told of the first ones. */
async function open(count: number, known = count) {
  const nodes = Array.from({ length: count }, (_, index) => `n${index}`);
  const fake = await startFakeCluster({ nodes, tables: { shop: ["dog"] } });
  const connections = Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
    name,
    { endpoint, username, password },
  ]);
  const settings = readSettings({ instances: Object.fromEntries(connections.slice(0, known)) });
  const instances = new Instances(settings, { quietMs: 5 });
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: () => {} });
  onTestFinished(async () => {
    await lifecycle.close();
    await fake.close();
  });
  return { fake, lifecycle };
}

test("who has nothing to do with a resource is not asked, whatever is done with it", async () => {
  const { fake, lifecycle } = await open(20);
  const joined = { target: "n0", hostname: "n1", peer: "n1", verifyTls: false, replicateByDefault: false };
  const edge = { target: "n0", node: "n1", database: "shop", table: "dog" };
  for (const [resource, given] of [
    [resources.Node, joined],
    [resources.Subscription, edge],
  ] as const) {
    const { inputs, failures } = await lifecycle.check(resource, {}, given);
    expect(failures).toEqual([]);
    const { id, state } = await lifecycle.create(resource, inputs);
    await lifecycle.read(resource, id, state);
    await lifecycle.diff(resource, state, inputs);
  }
  const asked = Object.values(fake.instances).filter(({ calls }) => calls.length > 0);
  expect(asked.map(({ name }) => name)).toEqual(["n0", "n1"]);
});

describe("two joins with no end in common", () => {
  const authorization = { username: "admin", password: "password" };
  const explicit = { verifyTls: false, replicateByDefault: false, authorization };
  test.each([
    { what: "explicit ones go side by side", more: explicit, known: 4, atOnce: true },
    {
      what: "those into a mesh one after the other",
      more: { verifyTls: false, authorization },
      known: 4,
      atOnce: false,
    },
    { what: "and so do those whose peers are known by no name", more: explicit, known: 2, atOnce: false },
  ])("$what", async ({ more, known, atOnce }) => {
    const { fake, lifecycle } = await open(4, known);
    for (const name of ["n0", "n1"]) fake.fail(name, { operation: "add_node", fault: { kind: "delay", ms: 400 } });
    const pairs = [
      { target: "n0", hostname: "n2" },
      { target: "n1", hostname: "n3" },
    ];
    await Promise.all(
      pairs.map(async (pair) => {
        const { inputs, failures } = await lifecycle.check(resources.Node, {}, { ...pair, ...more });
        expect(failures).toEqual([]);
        await lifecycle.create(resources.Node, inputs);
      }),
    );
    const joins = ["n0", "n1"].flatMap((name) =>
      (fake.instances[name]?.calls ?? []).filter(({ operation }) => operation === "add_node"),
    );
    const [first, second] = joins.toSorted((one, other) => one.at - other.at);
    expect(joins).toHaveLength(2);
    expect((second?.at ?? 0) < (first?.until ?? 0)).toBe(atOnce);
  });
});
