import { status } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest, DeleteRequest, ReadRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { fakeWorld } from "../lifecycle/fake-world";
import { authorizationOf, connectionsOf, peersOf } from "../lifecycle/world";
import { call, Engine } from "./engine";
import { configure, resourceAt, struct } from "./provider";

let engine: Engine;
let client: ResourceProviderClient;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
const urn = "urn:pulumi:dev::p::harper:index:Node::it";

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

test("Cancel ends what is under way, and the next Configure begins anew", async () => {
  await begin(30);
  fake.fail("us-1", { fault: { kind: "hang" }, operation: "add_node" });
  const created = call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu())));
  const ended = expect(created).rejects.toMatchObject({ code: status.CANCELLED });
  await expect.poll(() => fake.instances["us-1"]?.calls.some(({ operation }) => operation === "add_node")).toBe(true);
  await call(client, "cancel", new Empty());
  await ended;
  fake.recover("us-1");
  await begin(30);
  await resourceAt(client, "Node").create(eu());
  expect((await peersOf(world, "us")).map(({ name }) => name)).toEqual(["eu-1"]);
});
