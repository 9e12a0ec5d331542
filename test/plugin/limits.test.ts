import { status } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest, DeleteRequest, ReadRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { fakeWorld } from "../lifecycle/fake-world";
import { authorizationOf, connectionsOf, peersOf } from "../lifecycle/world";
import { call, Engine } from "./engine";
import { configure, plain, resourceAt, struct } from "./provider";

let engine: Engine;
let client: ResourceProviderClient;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
const urn = "urn:pulumi:dev::test::harper:index:Node::it";

const begin = async (timeoutSeconds: number) => {
  const connections = Object.entries(connectionsOf(world)).map(([name, one]) => [name, { ...one, timeoutSeconds }]);
  await configure(client, { instances: Object.fromEntries(connections) });
};
const eu = () => ({
  target: "us",
  hostname: "eu-1",
  verifyTls: false,
  replicateByDefault: false,
  authorization: authorizationOf(world.instances.eu.connection),
});

beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  engine = await Engine.start();
  client = await engine.host({ reach: (given) => new Instances(given, { quietMs: 5 }) });
});
afterEach(async () => {
  await engine.close();
  await fake.close();
});

test("customTimeouts end what takes longer, saying whose limit it was", async () => {
  await begin(30);
  const { id, state } = await resourceAt(client, "Node").create(eu());
  fake.fail("us-1", { fault: { kind: "hang" } });
  const requests = {
    create: new CreateRequest().setUrn(urn).setProperties(struct({ ...eu(), hostname: "ap-1" })),
    update: new UpdateRequest()
      .setUrn(urn)
      .setOlds(struct(state))
      .setNews(struct({ ...eu(), shard: 2 })),
    delete: new DeleteRequest().setUrn(urn).setProperties(struct(state)),
  };
  for (const [name, request] of Object.entries(requests)) {
    const ended = call(client, name as "create", request.setTimeout(0.3) as CreateRequest);
    await expect(ended).rejects.toThrow(new RegExp(`${name} Node.* not done within the 0.3 s that customTimeouts`));
  }
  // Not to be told apart from absent by it: the state is kept.
  const read = await call(
    client,
    "read",
    new ReadRequest().setUrn(urn).setId(id).setProperties(struct(state)).setTimeout(0.3),
  );
  expect(read.getId()).toBe(id);
});

test("customTimeouts also grant a write more than the connection's own limit", async () => {
  await begin(0.5);
  fake.fail("us-1", { fault: { kind: "late", ms: 900 }, operation: "add_node", times: 1 });
  const request = new CreateRequest().setUrn(urn).setProperties(struct(eu()));
  expect((await call(client, "create", request.setTimeout(10))).getId()).toBe("us-1/eu-1");
});

const asked = (operation: string) => () => fake.instances["us-1"]?.calls.some((one) => one.operation === operation);

test("Cancel ends what has changed nothing yet, and the next Configure begins anew", async () => {
  await begin(30);
  fake.fail("us-1", { fault: { kind: "hang" }, operation: "search_by_value" });
  const created = call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu())));
  const ended = expect(created).rejects.toMatchObject({
    code: status.CANCELLED,
    details: expect.stringContaining("cancelled before anything was changed"),
  });
  await expect.poll(asked("search_by_value")).toBe(true);
  await call(client, "cancel", new Empty());
  await ended;
  await expect(
    call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu()))),
  ).rejects.toMatchObject({
    code: status.CANCELLED,
  });
  fake.recover("us-1");
  expect(await peersOf(world, "us")).toEqual([]);
  await begin(30);
  await resourceAt(client, "Node").create(eu());
  expect((await peersOf(world, "us")).map(({ name }) => name)).toEqual(["eu-1"]);
});

test("what has been sent is finished over its own connections where another engine configures meanwhile", async () => {
  await begin(30);
  fake.fail("us-1", { fault: { kind: "delay", ms: 700 }, operation: "add_node" });
  const created = call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu())));
  await expect.poll(asked("add_node")).toBe(true);
  await begin(30);
  expect((await created).getId()).toBe("us-1/eu-1");
});

test("what has been sent is finished after a Cancel, verified, and answered", async () => {
  await begin(30);
  fake.fail("us-1", { fault: { kind: "delay", ms: 700 }, operation: "add_node" });
  const created = call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu())));
  await expect.poll(asked("add_node")).toBe(true);
  await call(client, "cancel", new Empty());
  expect((await created).getId()).toBe("us-1/eu-1");
});

test("a reconnect that has removed the node adds it again, in spite of a Cancel", { timeout: 30_000 }, async () => {
  await begin(30);
  const dog = { database: "shop", table: "dog" };
  const edges = { ...eu(), replicateByDefault: undefined, subscriptions: [dog] };
  const { state } = await resourceAt(client, "Node").create(edges);
  await begin(30);
  const { inputs } = await resourceAt(client, "Node").check(
    { ...edges, subscriptions: [dog, { ...dog, table: "cat" }], activate: "reconnect" },
    edges,
  );
  const update = new UpdateRequest().setUrn(urn).setOlds(struct(state)).setNews(struct(inputs));
  const updated = call(client, "update", update);
  await expect.poll(asked("remove_node"), { timeout: 10_000 }).toBe(true);
  await call(client, "cancel", new Empty());
  expect(plain((await updated).getProperties()).subscriptions).toHaveLength(2);
  expect((await peersOf(world, "us")).map(({ name }) => name)).toEqual(["eu-1"]);
});

test("an instance that hangs is waited for once, not by everything that asks it", async () => {
  await begin(0.4);
  const { id, state } = await resourceAt(client, "Node").create(eu());
  await begin(0.4);
  fake.fail("us-1", { fault: { kind: "hang" } });
  const read = () => call(client, "read", new ReadRequest().setUrn(urn).setId(id).setProperties(struct(state)));
  await read();
  const before = fake.instances["us-1"]?.calls.length;
  await read();
  await resourceAt(client, "Node").diff(state, eu());
  await resourceAt(client, "Node").check(eu(), eu());
  expect(fake.instances["us-1"]?.calls.length).toBe(before);
  fake.recover("us-1");
  await begin(0.4);
  expect((await resourceAt(client, "Node").update(state, { ...eu(), shard: 2 })).state.shard).toBe(2);
});

const readyUrn = "urn:pulumi:dev::test::harper:index:ClusterReady::it";
const barrier = { target: "us", nodes: ["eu-1"] };

test("a ClusterReady that waits ends with a Cancel, at once", async () => {
  await begin(30);
  const request = new CreateRequest().setUrn(readyUrn).setProperties(struct(barrier));
  const ended = expect(call(client, "create", request)).rejects.toMatchObject({ code: status.CANCELLED });
  await expect.poll(() => asked("cluster_status")()).toBe(true);
  await call(client, "cancel", new Empty());
  const began = performance.now();
  await ended;
  expect(performance.now() - began).toBeLessThan(500);
});

test("nor does it wait longer than customTimeouts allows, and says what was in the way", async () => {
  await begin(30);
  const request = new CreateRequest().setUrn(readyUrn).setProperties(struct(barrier)).setTimeout(1);
  await expect(call(client, "create", request)).rejects.toThrow(/not ready after 1 s\. us-1 has no record of eu-1/);
});

test("where an instance hangs, it ends all the same", async () => {
  await begin(30);
  await resourceAt(client, "Node").create(eu());
  fake.fail("eu-1", { fault: { kind: "hang" }, operation: "cluster_status" });
  const request = new CreateRequest().setUrn(readyUrn).setProperties(struct({ ...barrier, timeoutSeconds: 1 }));
  await expect(call(client, "create", request)).rejects.toThrow(/not ready after 1 s\. Not every member has answered/);
});
