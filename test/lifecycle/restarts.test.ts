import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import type { Fault } from "../fake";
import { fakeWorld } from "./fake-world";
import { authorizationOf, peersOf, run } from "./world";

let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let provider: ReturnType<typeof run>;
const explicit = () => ({
  target: "us",
  hostname: "eu-1",
  verifyTls: false,
  authorization: authorizationOf(world.instances.eu.connection),
  replicateByDefault: false,
});
const full = () => ({ ...explicit(), replicateByDefault: true });
const dog = { target: "us", node: "eu-1", database: "shop", table: "dog" };
const route = { target: "us", hostname: "ap-1" };
const calls = (operation: string, of = "us-1") =>
  fake.instances[of]?.calls.filter((call) => call.operation === operation).length;
/** Restarts an instance while it is asked for this, which takes some time. */
const restartsAt = (operation: string, downMs: number, of = "us-1") => {
  const before = calls(operation, of);
  return (async () => {
    await expect.poll(() => calls(operation, of), { interval: 5 }).toBeGreaterThan(before ?? 0);
    await fake.stop(of);
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await fake.start(of);
  })();
};
const edgeIn = async (at: "us" | "eu", peer: string) =>
  (await peersOf(world, at)).find(({ name }) => name === peer)?.subscriptions;

const nextRun = async (timeoutSeconds = 8) => {
  await provider?.close();
  for (const { connection } of Object.values(world.instances)) connection.timeoutSeconds = timeoutSeconds;
  provider = run(world);
};

beforeEach(async () => {
  ({ world, fake } = await fakeWorld());
  await nextRun();
});
afterEach(async () => {
  await provider.close();
  await fake.close();
});

const polite: Fault[] = [
  { kind: "status", status: 429, error: "too many" },
  { kind: "status", status: 503, error: "busy", retryAfter: "0" },
  { kind: "status", status: 503, error: "starting" },
  { kind: "reset" },
];

describe.each(polite)("a write that was not carried out is sent again when a read has shown it: %j", (fault) => {
  test("made, changed and deleted, each with one write more", async () => {
    const spoil = (operation: string) => fake.fail("us-1", { operation, fault, times: 1 });
    spoil("add_node");
    const node = await provider.node.create(explicit());
    expect(calls("add_node")).toBe(2);
    // Between the two there is a look at what came of the first.
    const all = fake.instances["us-1"]?.calls.map(({ operation }) => operation) ?? [];
    expect(all.slice(all.indexOf("add_node") + 1, all.lastIndexOf("add_node"))).toContain("search_by_value");

    spoil("update_node");
    const edge = await provider.subscription.create(dog);
    expect(edge.state).toMatchObject({ mirror: "agrees" });
    expect(calls("update_node")).toBe(2);
    spoil("update_node");
    const narrowed = await provider.subscription.update(edge.state, { ...dog, publish: false });
    expect(narrowed.state).toMatchObject({ publish: false, mirror: "agrees" });

    spoil("set_configuration");
    const made = await provider.route.create(route);
    expect(calls("set_configuration")).toBe(2);
    await nextRun();
    spoil("set_configuration");
    await provider.route.delete(made.state);
    spoil("update_node");
    await provider.subscription.delete(narrowed.state);
    spoil("remove_node");
    await provider.node.delete(node.state);
    expect(await peersOf(world, "us")).toEqual([]);
    expect(await peersOf(world, "eu")).toEqual([]);
  });
});

test("what was written and is not on the peer yet is waited for, and not sent again", async () => {
  await fake.close();
  ({ world, fake } = await fakeWorld({ connectMs: 700 }));
  await nextRun();
  await provider.node.create(explicit());
  fake.fail("us-1", { operation: "update_node", fault: { kind: "truncate" }, times: 1 });
  expect((await provider.subscription.create(dog)).state).toMatchObject({ mirror: "agrees" });
  expect(calls("update_node")).toBe(1);
});

describe("where it goes on", () => {
  test("it ends, and says how often it was tried, and for how long", async () => {
    await nextRun(2);
    await provider.node.create(explicit());
    fake.fail("us-1", { operation: "update_node", fault: { kind: "status", status: 429, error: "too many" } });
    const failed = await provider.subscription.create(dog).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: "busy", instance: "us", operation: "update_node" });
    expect((failed as Error).message).toMatch(/answered 429 "too many", at the last of \d+ tries in \d+ s\./);
    expect(calls("update_node")).toBeGreaterThan(2);
    expect(await edgeIn("eu", "us-1")).not.toContainEqual(expect.objectContaining({ table: "dog", subscribe: true }));
  });

  test("of what may still be under way, as no answer came in time, nothing is sent again", async () => {
    await nextRun(0.5);
    await provider.node.create(explicit());
    fake.fail("us-1", { operation: "update_node", fault: { kind: "hang" }, times: 1 });
    expect(await provider.subscription.create(dog).catch((error: Error) => error)).toMatchObject({ code: "timeout" });
    fake.fail("us-1", { operation: "update_node", fault: { kind: "status", status: 504, error: "late" }, times: 1 });
    expect(await provider.subscription.create(dog).catch((error: Error) => error)).toMatchObject({ status: 504 });
    expect(calls("update_node")).toBe(2);
  });
});

describe("an instance that restarts while it is written", () => {
  test.each(["add_node", "search_by_value", "cluster_status"])("at %s: a node is made", async (operation) => {
    fake.fail("us-1", { operation, fault: { kind: "late", ms: 60 } });
    await provider.instances.at("us").client.version();
    const restarted = restartsAt(operation, 1500);
    const { state } = await provider.node.create(explicit());
    await restarted;
    expect(state).toMatchObject({ name: "eu-1", mirror: "agrees" });
    expect((await peersOf(world, "eu")).map(({ name }) => name)).toEqual(["us-1"]);
  });

  test("at update_node: all edges of the wave are made, on both ends", async () => {
    await provider.node.create(explicit());
    fake.fail("us-1", { operation: "update_node", fault: { kind: "delay", ms: 60 }, times: 1 });
    const restarted = restartsAt("update_node", 1500);
    const tables = ["dog", "cat", "bird"];
    const made = await Promise.all(tables.map((table) => provider.subscription.create({ ...dog, table })));
    await restarted;
    expect(made.map(({ state }) => state.mirror)).toEqual(["agrees", "agrees", "agrees"]);
    for (const [at, peer] of [
      ["us", "eu-1"],
      ["eu", "us-1"],
    ] as const)
      for (const table of tables)
        expect(await edgeIn(at, peer)).toContainEqual({ database: "shop", table, subscribe: true, publish: true });
  });

  test("and its peer, too: what the peer was not told is completed when it is back", async () => {
    await provider.node.create(explicit());
    fake.cut("us-1", "eu-1");
    const made = provider.subscription.create(dog);
    await expect.poll(() => calls("update_node")).toBe(2);
    fake.heal("us-1", "eu-1");
    expect((await made).state).toMatchObject({ mirror: "agrees" });
    expect(await edgeIn("eu", "us-1")).toContainEqual({
      database: "shop",
      table: "dog",
      subscribe: true,
      publish: true,
    });
  });

  test("a peer that does not come back: half done, kept in state with the reason", async () => {
    await nextRun(1);
    await provider.node.create(explicit());
    fake.cut("us-1", "eu-1");
    const failed = await provider.subscription.create(dog).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect((failed as Error).message).toMatch(/the record here is written, but the peer was not told: .*ECONNREFUSED/);
  });

  test("while a node is deleted", async () => {
    const { state } = await provider.node.create(full());
    await nextRun();
    fake.fail("us-1", { operation: "remove_node", fault: { kind: "delay", ms: 60 }, times: 1 });
    const restarted = restartsAt("remove_node", 1500);
    await provider.node.delete(state);
    await restarted;
    expect([await peersOf(world, "us"), await peersOf(world, "eu")]).toEqual([[], []]);
  });
});
