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
const dog = { target: "us", node: "eu-1", database: "shop", table: "dog" };
const nextRun = async (unverified: "keep" | "fail" = "keep") => {
  await provider.close();
  provider = run(world, unverified);
};

beforeEach(async () => {
  ({ world, fake } = await fakeWorld());
  provider = run(world);
});
afterEach(async () => {
  await provider.close();
  await fake.close();
});

const refusals: Fault[] = [
  { kind: "status", status: 401, error: "Login failed" },
  { kind: "status", status: 403, error: "unauthorized_access" },
  { kind: "status", status: 500, error: "boom" },
  { kind: "reset" },
  { kind: "truncate" },
];

describe("cannot tell is never absent", () => {
  test.each(refusals)("a refresh keeps the state and says so: %j", async (fault) => {
    const { id, state } = await provider.node.create(explicit());
    await nextRun();
    fake.fail("us-1", { fault });
    expect(await provider.node.read(id, state)).toEqual({ id, state });
    expect(provider.said.join()).toMatch(/warning: What is on us is not verified, its state is kept/);
  });

  test.each(refusals)("or fails, where that is set: %j", async (fault) => {
    const { id, state } = await provider.node.create(explicit());
    await nextRun("fail");
    fake.fail("us-1", { fault });
    await expect(provider.node.read(id, state)).rejects.toMatchObject({ instance: "us" });
  });

  test.each(refusals)(
    "and so does a check then, before anything is planned on what is not known: %j",
    async (fault) => {
      await nextRun("fail");
      fake.fail("us-1", { fault });
      await expect(provider.node.check(explicit())).rejects.toMatchObject({ instance: "us" });
    },
  );

  test("many objects of an instance that cannot be asked are one warning", async () => {
    const { id, state } = await provider.node.create(explicit());
    const route = await provider.route.create({ target: "us", hostname: "ap-1" });
    await nextRun();
    fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
    await provider.node.read(id, state);
    await provider.route.read(route.id, route.state);
    expect(provider.said.filter((text) => text.includes("not verified"))).toHaveLength(1);
  });

  test.each(refusals)("a delete fails, and removes nothing from state: %j", async (fault) => {
    const { state } = await provider.node.create(explicit());
    await nextRun();
    fake.fail("us-1", { fault });
    await expect(provider.node.delete(state)).rejects.toMatchObject({ instance: "us" });
  });

  test("a check that cannot ask lets the preview go on, with a note", async () => {
    fake.stop("us-1");
    expect((await provider.subscription.check(dog)).failures).toEqual([]);
    expect(provider.said.join()).toMatch(/What is declared for us is not checked against it/);
    fake.start("us-1");
  });

  test("what stopped on one instance stops nothing on another", async () => {
    fake.fail("eu-1", { fault: { kind: "hang" } });
    const { state } = await provider.route.create({ target: "us", hostname: "ap-1" });
    expect(state.address).toBe("wss://ap-1:9933");
  });
});

describe("success that is none", () => {
  test("a write that was lost is not applied, and says what is there", async () => {
    await provider.node.create(explicit());
    const answer = { message: "Successfully updated 'wss://eu-1:9933'" };
    fake.fail("us-1", { operation: "update_node", fault: { kind: "lose", answer } });
    await expect(provider.subscription.create(dog)).rejects.toMatchObject({
      code: "notApplied",
      message: expect.stringContaining("reads as absent"),
    });
  });

  test("a route that did not get into the file is not applied", async () => {
    fake.fail("us-1", { operation: "set_configuration", fault: { kind: "lose", answer: { message: "ok" } } });
    await expect(provider.route.create({ target: "us", hostname: "ap-1" })).rejects.toMatchObject({
      code: "notApplied",
    });
  });

  test("a write that failed and did not happen leaves nothing, and can be made again", async () => {
    fake.fail("us-1", { operation: "add_node", fault: { kind: "status", status: 500, error: "boom" }, times: 1 });
    const failed = await provider.node.create(explicit()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "failed" });
    await nextRun();
    expect((await provider.node.create(explicit())).state.name).toBe("eu-1");
  });

  test("an answer that never came, of a write that happened: it is read, and not sent again", async () => {
    const sent = (operation: string) => fake.instances["us-1"]?.calls.filter((call) => call.operation === operation);
    for (const operation of ["add_node", "update_node", "set_configuration"])
      fake.fail("us-1", { operation, fault: { kind: "truncate" }, times: 1 });
    expect((await provider.node.create(explicit())).id).toBe("us-1/eu-1");
    expect((await provider.subscription.create(dog)).state).toMatchObject({ mirror: "agrees" });
    expect((await provider.route.create({ target: "us", hostname: "ap-1" })).id).toBe("us-1/wss://ap-1:9933");
    for (const operation of ["add_node", "update_node", "set_configuration"])
      expect(sent(operation), operation).toHaveLength(1);
  });

  test("and where it cannot be read, either: kept in state, and completed by the next update", async () => {
    fake.fail("us-1", { operation: "add_node", fault: { kind: "truncate" }, times: 1 });
    const locked: Fault = { kind: "status", status: 401, error: "Login failed" };
    fake.fail("us-1", { operation: "search_by_value", after: "add_node", fault: locked });
    const node = await provider.node.create(explicit()).catch((error: unknown) => error);
    expect(node).toBeInstanceOf(PartialFailure);
    expect(node).toMatchObject({ id: "us-1/eu-1", state: { name: "eu-1" } });
    fake.recover("us-1");
    await nextRun();
    expect((await provider.node.update((node as PartialFailure).state, explicit())).state.name).toBe("eu-1");

    fake.fail("us-1", { operation: "set_configuration", fault: { kind: "truncate" }, times: 1 });
    fake.fail("us-1", { operation: "get_configuration", after: "set_configuration", fault: locked });
    const route = await provider.route.create({ target: "us", hostname: "ap-1" }).catch((error: unknown) => error);
    expect(route).toBeInstanceOf(PartialFailure);
    expect(route).toMatchObject({ id: "us-1/wss://ap-1:9933" });
  });

  test("half done: kept in state with the reason, and the next update tells the peer", async () => {
    await provider.node.create(explicit());
    fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    const failed = await provider.subscription.create(dog).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect((failed as PartialFailure).state).toMatchObject({ table: "dog" });
    await nextRun();
    await provider.subscription.update((failed as PartialFailure).state, dog);
    expect((await peersOf(world, "eu"))[0]?.subscriptions).toContainEqual({
      database: "shop",
      table: "dog",
      subscribe: true,
      publish: true,
    });
  });
});

describe("calls", () => {
  const calls = (operation: string) =>
    fake.instances["us-1"]?.calls.filter((call) => call.operation === operation).length;

  test("edges that arrive together are one update_node, routes one set_configuration", async () => {
    await provider.node.create(explicit());
    await nextRun();
    await Promise.all(["dog", "cat", "bird"].map((table) => provider.subscription.create({ ...dog, table })));
    expect(calls("update_node")).toBe(1);
    await Promise.all([1, 2, 3].map((port) => provider.route.create({ target: "us", hostname: "ap-1", port })));
    expect(calls("set_configuration")).toBe(1);
  });

  test("a refresh asks the same, however many there are", async () => {
    await provider.node.create(explicit());
    const made = await Promise.all(
      ["dog", "cat", "bird"].map((table) => provider.subscription.create({ ...dog, table })),
    );
    await nextRun();
    const before = fake.instances["us-1"]?.calls.length ?? 0;
    await Promise.all(made.map(({ id, state }) => provider.subscription.read(id, state)));
    // Who it is, its certificates, its table of nodes.
    expect((fake.instances["us-1"]?.calls.length ?? 0) - before).toBe(3);
  });
});

describe("what the server does not have or does not do", () => {
  test("without an audit log nothing fails, and what is pending is perhaps so", async () => {
    const { state } = await provider.node.create(explicit());
    await provider.subscription.create(dog);
    await nextRun();
    const error = "To use this operation audit log must be enabled in harperdb-config.yaml";
    fake.fail("us-1", { operation: "read_audit_log", fault: { kind: "status", status: 400, error } });
    expect(await provider.node.diff(state, explicit())).toMatchObject({ changes: false });
    expect(provider.said.join()).toMatch(/Perhaps pending on us/);
    expect(fake.instances["us-1"]?.calls.filter(({ operation }) => operation === "read_audit_log")).toHaveLength(1);
    await provider.subscription.create({ ...dog, table: "cat" });
    await nextRun();
    await provider.node.delete(state);
    expect(await peersOf(world, "us")).toEqual([]);
  });

  test("a configuration that says nothing is not one without routes", async () => {
    const { id, state } = await provider.route.create({ target: "us", hostname: "ap-1" });
    await nextRun();
    fake.fail("us-1", { operation: "get_configuration", fault: { kind: "lose", answer: {} } });
    expect(await provider.route.read(id, state)).toEqual({ id, state });
  });

  test("a reconnect that cannot add the node again at first tries again", async () => {
    const inline = { ...explicit(), replicateByDefault: undefined };
    const dogs = { ...inline, subscriptions: [{ database: "shop", table: "dog" }] };
    const both = { ...dogs, subscriptions: [...dogs.subscriptions, { database: "shop", table: "cat" }] };
    const { state } = await provider.node.create(dogs);
    await nextRun();
    fake.fail("us-1", { operation: "add_node", fault: { kind: "reset" }, times: 1 });
    await provider.node.update(state, { ...both, activate: "reconnect" });
    expect((await peersOf(world, "us")).map(({ name }) => name)).toEqual(["eu-1"]);
  });

  test("a reconnect that only half adds the node is no success, even where no rows are to come", {
    timeout: 30_000,
  }, async () => {
    const out = (table: string) => ({ database: "shop", table, subscribe: false, publish: true });
    const inline = { ...explicit(), replicateByDefault: undefined };
    const { state } = await provider.node.create({ ...inline, subscriptions: [out("dog")] });
    await nextRun();
    const more = { ...inline, subscriptions: [out("dog"), out("cat")], activate: "reconnect" };
    fake.fail("us-1", { operation: "add_node", fault: { kind: "half" } });
    const failed = await provider.node.update(state, more).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect((failed as Error).message).toMatch(/add_node on us: the record here/);
    fake.recover("us-1");
    await nextRun();
    await provider.node.update((failed as PartialFailure).state, more);
    expect((await peersOf(world, "eu")).map(({ name }) => name)).toEqual(["us-1"]);
  });

  test("and where it never can, the node stays in state, with the reason", { timeout: 30_000 }, async () => {
    const inline = { ...explicit(), replicateByDefault: undefined };
    const dogs = { ...inline, subscriptions: [{ database: "shop", table: "dog" }] };
    const both = { ...dogs, subscriptions: [...dogs.subscriptions, { database: "shop", table: "cat" }] };
    const { state } = await provider.node.create(dogs);
    await nextRun();
    fake.fail("us-1", { operation: "add_node", fault: { kind: "status", status: 500, error: "boom" } });
    const failed = await provider.node.update(state, { ...both, activate: "reconnect" }).catch((error) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect(failed.message).toMatch(/removed.*could not be added again.*boom/);
    fake.recover("us-1");
    await nextRun();
    expect((await provider.node.update(failed.state, both)).state.subscriptions).toHaveLength(2);
  });

  test("two ends that join each other at once: the second sees the first", { timeout: 30_000 }, async () => {
    const us = { target: "eu", hostname: "us-1", verifyTls: false };
    const made = await Promise.allSettled([
      provider.node.create({
        ...explicit(),
        replicateByDefault: undefined,
        subscriptions: [{ database: "shop", table: "dog" }],
      }),
      provider.node.create({ ...us, authorization: authorizationOf(world.instances.us.connection) }),
    ]);
    const [lost] = made.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(lost).toMatchObject({
      code: "exists",
      message: expect.stringMatching(/joined meanwhile|is there already and differs/),
    });
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const isFull = (await peersOf(world, "us")).find(({ name }) => name === "eu-1")?.replicates === true;
    expect(isFull).toBe(made[1].status === "fulfilled");
  });

  test("whether a route would bring a removed node back, where that cannot be asked, is said", async () => {
    const { state } = await provider.node.create(explicit());
    await nextRun();
    fake.fail("us-1", { operation: "get_configuration", fault: { kind: "status", status: 500, error: "boom" } });
    await provider.node.delete(state);
    expect(provider.said.join()).toMatch(/warning: Whether a route brings eu-1 back .* could not be asked.*boom/);
  });
});
