import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { fakeWorld } from "../lifecycle/fake-world";
import { connectionsOf } from "../lifecycle/world";
import { call, Engine } from "./engine";
import { configure, plain, resourceAt } from "./provider";

type Name = Parameters<typeof resourceAt>[1];

let engine: Engine;
let client: ResourceProviderClient;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  engine = await Engine.start();
  client = await engine.host({ reach: (given) => new Instances(given, { quietMs: 5 }) });
  await configure(client, { instances: connectionsOf(world) });
});
afterEach(async () => {
  await engine.close();
  await fake.close();
});

const dog = { database: "shop", table: "dog", subscribe: true, publish: true };
const joined = (rest: object) =>
  world.ask("us", { operation: "add_node", hostname: "eu-1", verify_tls: false, authorization: login(), ...rest });
const login = () => {
  const { username, password } = world.instances.eu.connection;
  return { username, password };
};

/** As the engine imports: nothing is known but the id. */
async function read(type: Name, id: string) {
  const request = new ReadRequest().setUrn(`urn:pulumi:dev::p::harper:index:${type}::it`).setId(id);
  const answer = await call(client, "read", request);
  return (
    answer.getId() && { id: answer.getId(), state: plain(answer.getProperties()), inputs: plain(answer.getInputs()) }
  );
}
/** What is read passes the check and shows no difference, as a program that says the same would have it. */
async function takenOver(type: Name, id: string) {
  const found = await read(type, id);
  if (!found) throw new Error(`${id} was not found`);
  expect(await resourceAt(client, type).check(found.inputs, found.inputs)).toEqual({
    inputs: found.inputs,
    failures: [],
  });
  expect(await resourceAt(client, type).diff(found.state, found.inputs)).toMatchObject({ changes: false, changed: [] });
  return found;
}

describe("an object that is there is read with all that a program has to say of it", () => {
  test("a full Node", async () => {
    await joined({});
    expect(await takenOver("Node", "us-1/eu-1")).toEqual({
      id: "us-1/eu-1",
      inputs: { target: "us", hostname: "eu-1", replicateByDefault: true },
      state: expect.objectContaining({ instance: "us-1", name: "eu-1", address: expect.stringContaining("eu-1") }),
    });
  });

  test("a Node with its edges, its shard and what else is kept", async () => {
    await joined({ subscriptions: [dog], shard: 4, revoked_certificates: ["aa"] });
    const { inputs } = await takenOver("Node", "us-1/eu-1");
    expect(inputs).toMatchObject({
      subscriptions: [dog],
      shard: 4,
      revokedCertificates: ["aa"],
      replicateByDefault: false,
    });
  });

  test("a Node whose edges are declared by themselves; its id is the plain one then", async () => {
    await joined({ subscriptions: [dog] });
    const { id, inputs } = await takenOver("Node", "us-1/eu-1/explicit");
    expect({ id, inputs }).toEqual({
      id: "us-1/eu-1",
      inputs: { target: "us", hostname: "eu-1", replicateByDefault: false },
    });
    expect((await takenOver("Subscription", "us-1/eu-1/shop/dog")).inputs).toEqual({
      target: "us",
      node: "eu-1",
      ...dog,
    });
  });

  test("a Node on a port of its own is known by its url", async () => {
    const row = { name: "eu-1", url: "wss://eu-1:9999", subscriptions: [dog] };
    await world.ask("us", { operation: "upsert", database: "system", table: "hdb_nodes", records: [row] });
    const found = await read("Node", "us-1/eu-1");
    if (found) expect(found.inputs).toMatchObject({ url: "wss://eu-1:9999" });
  });

  test("a Route, however it is spelled there", async () => {
    await world.ask("us", { operation: "set_configuration", replication_routes: [{ hostname: "eu-1", port: 9933 }] });
    const { inputs } = await takenOver("Route", "us-1/wss://eu-1:9933");
    expect(inputs).toEqual({ target: "us", url: "wss://eu-1:9933" });
  });

  test("all routes, in their order, with what can be declared of them", async () => {
    const first = {
      hostname: "ap-1",
      port: 9933,
      startTime: "2026-01-01T00:00:00.000Z",
      replicates: { sends: true },
      more: 1,
    };
    await world.ask("us", { operation: "set_configuration", replication_routes: [first, "wss://eu-1:9933"] });
    const { inputs } = await takenOver("Routes", "us-1/routes");
    expect(inputs).toEqual({
      target: "us",
      routes: [{ url: "wss://ap-1:9933", startTime: "2026-01-01T00:00:00.000Z" }, { url: "wss://eu-1:9933" }],
    });
  });

  test("all peers, full and explicit ones", async () => {
    await joined({ subscriptions: [dog] });
    await joined({ hostname: "ap-1" });
    const { inputs } = await takenOver("ClusterConfiguration", "us-1/configuration");
    expect(inputs).toEqual({
      target: "us",
      connections: [{ hostname: "ap-1" }, { hostname: "eu-1", subscriptions: [dog] }],
    });
  });

  test("behind the instance's name in the configuration, too", async () => {
    await joined({});
    expect((await takenOver("Node", "us/eu-1")).id).toBe("us-1/eu-1");
  });
});

test.each([
  ["Node", "us-1/nobody"],
  ["Subscription", "us-1/eu-1/shop/dog"],
  ["Route", "us-1/wss://eu-1:9933"],
] as const)("what is absent is absent: %s %s", async (type, id) => {
  expect(await read(type, id)).toBe("");
});

test.each([
  ["Node", "us-1", /INSTANCE\/NODE \(/],
  ["Node", "us-1/eu-1/else", /INSTANCE\/NODE\/explicit/],
  ["Node", "/eu-1", /INSTANCE\/NODE/],
  ["Subscription", "us-1/eu-1/shop", /INSTANCE\/NODE\/DATABASE\/TABLE/],
  ["Subscription", "us-1/eu-1/shop/dog/more", /INSTANCE\/NODE\/DATABASE\/TABLE/],
  ["Routes", "us-1/wss://eu-1:9933", /INSTANCE\/routes/],
  ["ClusterConfiguration", "us-1/eu-1", /INSTANCE\/configuration/],
  ["Route", "us-1/eu-1", /INSTANCE\/wss:\/\/HOST:PORT/],
  ["Node", "mars/eu-1", /no instance in harper:instances reports "mars" of itself \(.*"us" reports "us-1"/],
] as const)("what is no id says how one is written: %s %s", async (type, id, text) => {
  await expect(read(type, id)).rejects.toThrow(text);
});

test("a ClusterReady is on no instance, and cannot be imported", async () => {
  await expect(read("ClusterReady", "us-1/ready")).rejects.toThrow(
    /import ClusterReady us-1\/ready on pulumi-harper: there is nothing on an instance to import\. Declare it/,
  );
});

test("an instance that does not answer is not one without the object", async () => {
  await joined({});
  fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
  await expect(read("Node", "us-1/eu-1")).rejects.toThrow(/credentials were refused/);
});

test("an object that is imported stays when what it replaces in the state is deleted", async () => {
  await joined({ subscriptions: [dog] });
  const found = await takenOver("Node", "us-1/eu-1");
  await resourceAt(client, "Node", "another").delete(found.state);
  expect(engine.said.join()).toMatch(/Node us-1\/eu-1 stays as it is, as the program still declares it/);
  expect(await read("Node", "us-1/eu-1")).toMatchObject({ id: "us-1/eu-1" });
});

test("one that is only read is not kept from being replaced", async () => {
  await joined({ subscriptions: [dog] });
  const found = await read("Node", "us-1/eu-1");
  if (!found) throw new Error("it is not there");
  await resourceAt(client, "Node").delete(found.state);
  expect(await read("Node", "us-1/eu-1")).toBe("");
});
