import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CreateRequest,
  InvokeRequest,
  PropertyDiff,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromStruct } from "../../provider/frontends/grpc/struct";
import { secretsIn, withSecrets } from "../../provider/frontends/values";
import { Instances } from "../../provider/instances";
import { unknown } from "../../provider/unknown";
import { fakeWorld } from "../lifecycle/fake-world";
import { authorizationOf, connectionsOf, peersOf } from "../lifecycle/world";
import { call, Engine } from "./engine";
import { configure, plain, remainsIn, resourceAt, struct } from "./provider";

let engine: Engine;
let client: ResourceProviderClient;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
const start = async (settings: Record<string, unknown> = {}) => {
  engine = await Engine.start();
  client = await engine.host({ reach: (given) => new Instances(given, { quietMs: 5 }) });
  await configure(client, { instances: connectionsOf(world), ...settings });
};
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  await start();
});
afterEach(async () => {
  await engine.close();
  await fake.close();
});

const urnOf = (type: string) => `urn:pulumi:dev::p::harper:index:${type}::it`;
const create = (type: string, properties: Record<string, unknown>) =>
  call(client, "create", new CreateRequest().setUrn(urnOf(type)).setPreview(true).setProperties(struct(properties)));
const explicit = () => ({
  target: "us",
  hostname: "eu-1",
  verifyTls: false,
  authorization: authorizationOf(world.instances.eu.connection),
  replicateByDefault: false,
});

describe("a preview", () => {
  test("of something new knows its inputs, not what only the instance can say, and writes nothing", async () => {
    const { inputs } = await resourceAt(client, "Node").check(explicit());
    const answer = await create("Node", inputs);
    expect(plain(answer.getProperties())).toEqual({
      target: "us",
      hostname: "eu-1",
      replicateByDefault: false,
      instance: unknown,
      name: unknown,
      address: unknown,
      authoritySerial: unknown,
      mirror: unknown,
    });
    expect(await peersOf(world, "us")).toEqual([]);
  });

  test("of an update keeps what the instance said", async () => {
    const { state } = await resourceAt(client, "Node").create(explicit());
    const request = new UpdateRequest().setUrn(urnOf("Node")).setPreview(true);
    request.setOlds(struct(state)).setNews(struct({ ...explicit(), shard: 3 }));
    const planned = plain((await call(client, "update", request)).getProperties());
    expect(planned).toMatchObject({ shard: 3, name: "eu-1", instance: "us-1", address: state.address });
    expect((await peersOf(world, "us"))[0]?.shard).toBeUndefined();
  });

  test("of a wait that is to be made anew does not know its outcome", async () => {
    await resourceAt(client, "Node").create(explicit());
    const ready = resourceAt(client, "ClusterReady");
    const inputs = { target: "us", nodes: ["eu-1"], stableSeconds: 0 };
    const { state } = await ready.create(inputs);
    const wanted = { ...inputs, triggers: ["again"] };
    const momentary = ["readyAt", "looks", "sockets", "notAsked"];
    const { stables } = await ready.diff(state, wanted);
    expect(stables).toEqual(["instance", "authoritySerial"]);
    const request = new UpdateRequest().setUrn(urnOf("ClusterReady")).setPreview(true);
    request.setOlds(struct(state)).setNews(struct(wanted));
    const planned = plain((await call(client, "update", request)).getProperties());
    expect(planned).toEqual({
      ...wanted,
      instance: "us-1",
      authoritySerial: state.authoritySerial,
      ...Object.fromEntries(momentary.map((key) => [key, unknown])),
    });
  });

  test("says what is there already: adopted, or in the way", async () => {
    await resourceAt(client, "Node").create(explicit());
    await engine.close();
    await start();
    await create("Node", explicit());
    expect(engine.said.join()).toMatch(/info: Node us-1\/eu-1 is there already: adopted/);
    await create("Node", { ...explicit(), replicateByDefault: true });
    expect(engine.said.join()).toMatch(
      /warning: `up` would fail: create Node us-1\/eu-1 .*differs: replicateByDefault/,
    );
    expect(engine.urns).toContain(urnOf("Node"));
  });

  test("of a replacement does not mistake what it replaces for something in the way", async () => {
    const { state } = await resourceAt(client, "Node").create({ ...explicit(), replicateByDefault: true });
    await engine.close();
    await start();
    const { replaces } = await resourceAt(client, "Node").diff(state, explicit());
    expect(replaces).toEqual(["replicateByDefault"]);
    await create("Node", explicit());
    expect(engine.said.join()).not.toMatch(/there already/);
  });

  test("asks the instance about what is known, where something else is not known yet", async () => {
    const edge = { target: "us", node: unknown, database: "shop", table: "dgo" };
    const { failures } = await resourceAt(client, "Subscription").check(edge);
    expect(failures).toEqual([{ property: "table", reason: expect.stringContaining('"dgo" is not a table') }]);
    const subscriptions = [
      { database: unknown, table: "x" },
      { database: "shop", table: "dgo" },
    ];
    const node = await resourceAt(client, "Node").check({ target: "us", hostname: unknown, subscriptions });
    expect(node.failures.map(({ property }) => property)).toEqual(["subscriptions[1].table"]);
  });

  test("with a target that is not known yet defers what only the instance can say, with a note", async () => {
    const target = { endpoint: unknown, username: "u", password: "p" };
    const { failures } = await resourceAt(client, "Route").check({ target, hostname: "eu-1" });
    expect(failures).toEqual([]);
    expect(engine.said.join()).toMatch(/info: Route: its target is not known yet, so it is checked when it is written/);
    expect(plain((await create("Route", { target, url: "wss://eu-1:9933" })).getProperties()).url).toBe(
      "wss://eu-1:9933",
    );
  });
});

describe("a difference", () => {
  test("in place leaves the outputs as they are; a replacement does not, and its lines say so", async () => {
    const { state } = await resourceAt(client, "Node").create({ ...explicit(), replicateByDefault: true });
    const full = { ...explicit(), replicateByDefault: true };
    expect(await resourceAt(client, "Node").diff(state, { ...full, shard: 2 })).toMatchObject({
      stables: ["instance", "authoritySerial", "name", "address", "mirror"],
      detailed: { shard: PropertyDiff.Kind.ADD },
      deleteBeforeReplace: false,
    });
    expect(await resourceAt(client, "Node").diff(state, { ...explicit(), shard: 2 })).toMatchObject({
      stables: [],
      replaces: ["replicateByDefault"],
      detailed: { replicateByDefault: PropertyDiff.Kind.UPDATE_REPLACE, shard: PropertyDiff.Kind.ADD },
      deleteBeforeReplace: true,
    });
  });
});

describe("live drift in a plain preview", () => {
  test.each([
    [{}, true],
    [{ refreshBeforeUpdate: "false" }, false],
  ])("with %j, every answer says %s", async (settings, expected) => {
    await start(settings);
    const made = new CreateRequest().setUrn(urnOf("Node")).setProperties(struct(explicit()));
    const created = await call(client, "create", made);
    expect(created.getRefreshBeforeUpdate()).toBe(expected);
    const read = new ReadRequest().setUrn(urnOf("Node")).setId(created.getId()).setProperties(created.getProperties());
    expect((await call(client, "read", read)).getRefreshBeforeUpdate()).toBe(expected);
    const update = new UpdateRequest().setUrn(urnOf("Node")).setOlds(created.getProperties());
    update.setNews(struct({ ...explicit(), shard: 2 }));
    expect((await call(client, "update", update)).getRefreshBeforeUpdate()).toBe(expected);
  });

  test("asks a constant number of things, however many resources there are", async () => {
    const next = async () => {
      await engine.close();
      await start();
    };
    const counted = async (count: number) => {
      await next();
      const tables = Array.from({ length: count }, (_, index) => `t${index}`);
      const { state: node } = await resourceAt(client, "Node").create(explicit());
      const edges = await Promise.all(
        tables.map((table) => {
          const edge = { target: "us", node: node.name, database: "shop", table };
          return resourceAt(client, "Subscription").create({ ...edge, requireTables: false });
        }),
      );
      await next();
      const before = fake.instances["us-1"]?.calls.length ?? 0;
      const subscription = resourceAt(client, "Subscription");
      await Promise.all(edges.map(({ id, state }) => subscription.read(id, state)));
      const declared = (table: unknown) => ({
        target: "us",
        node: node.name,
        database: "shop",
        table,
        requireTables: false,
      });
      await Promise.all(edges.map(({ state }) => subscription.diff(state, declared(state.table))));
      return (fake.instances["us-1"]?.calls.length ?? 0) - before;
    };
    const few = await counted(2);
    expect(few).toBeLessThan(9);
    expect(await counted(40)).toBe(few);
  });
});

describe("secrets", () => {
  const envelope = (inputs: Record<string, unknown>, keys: string[]) => struct(withSecrets(inputs, keys));

  test("what the schema has as secret is one, whatever the program says", async () => {
    const { inputs } = await resourceAt(client, "Node").check(explicit());
    const answer = await create("Node", inputs);
    expect(secretsIn(fromStruct(answer.getProperties()))).toEqual([]);
    const target = { ...world.instances.us.connection };
    const route = await create("Route", { target, url: "wss://eu-1:9933" });
    expect(secretsIn(fromStruct(route.getProperties()))).toEqual(["target"]);
  });

  test("what the program marks stays so: created, read, updated", async () => {
    const given = envelope({ target: "us", url: "wss://eu-1:9933" }, ["url"]);
    const request = new CreateRequest().setUrn(urnOf("Route")).setProperties(given);
    const created = await call(client, "create", request);
    expect(secretsIn(fromStruct(created.getProperties()))).toEqual(["url"]);
    const read = new ReadRequest().setUrn(urnOf("Route")).setId(created.getId()).setProperties(created.getProperties());
    const answer = await call(client, "read", read.setInputs(given));
    expect(secretsIn(fromStruct(answer.getProperties()))).toEqual(["url"]);
    expect(secretsIn(fromStruct(answer.getInputs()))).toEqual(["url"]);
    read.clearInputs();
    expect(secretsIn(fromStruct((await call(client, "read", read)).getProperties()))).toEqual(["url"]);
    const news = envelope({ target: "us", url: "wss://eu-1:9933" }, ["url"]);
    const update = new UpdateRequest().setUrn(urnOf("Route")).setOlds(created.getProperties()).setNews(news);
    expect(secretsIn(fromStruct((await call(client, "update", update)).getProperties()))).toEqual(["url"]);
  });

  test("what is left of an object that was made in part keeps what is there and its secrets, and is not to be refreshed first", async () => {
    const { state: node } = await resourceAt(client, "Node").create(explicit());
    const dog = { target: "us", node: node.name, database: "shop", table: "dog", subscribe: true, publish: true };
    fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    const request = new CreateRequest().setUrn(urnOf("Subscription")).setProperties(envelope(dog, ["table"]));
    const failed = await call(client, "create", request).catch((error: ServiceError) => error);
    const left = "metadata" in failed ? remainsIn(failed) : undefined;
    expect(left?.getId()).toBe("us-1/eu-1/shop/dog");
    // With a refresh before, the engine would forget that there is something to complete.
    expect(left?.getRefreshBeforeUpdate()).toBe(false);
    expect(plain(left?.getProperties())).toMatchObject(dog);
    expect(secretsIn(fromStruct(left?.getProperties()))).toEqual(["table"]);
    expect(left?.getReasonsList().join()).toMatch(/update_node on us: the record here/);
  });

  test("a refresh keeps inputs that Harper keeps nowhere, or it would show them as gone", async () => {
    const { id, state } = await resourceAt(client, "Node").create(explicit());
    const read = new ReadRequest()
      .setUrn(urnOf("Node"))
      .setId(id)
      .setProperties(struct(state))
      .setInputs(struct(explicit()));
    const inputs = (await call(client, "read", read)).getInputs();
    expect(plain(inputs)).toEqual(explicit());
    expect(secretsIn(fromStruct(inputs))).toEqual(["authorization"]);
  });

  test("functions leave them out", async () => {
    await resourceAt(client, "Node").create({ ...explicit(), retainAuthorization: true });
    const answers = await Promise.all(
      ["getNodes", "getClusterStatus", "getRoutes"].map(async (name) => {
        const request = new InvokeRequest().setTok(`harper:index:${name}`).setArgs(struct({ target: "us" }));
        return plain((await call(client, "invoke", request)).getReturn());
      }),
    );
    expect(JSON.stringify(answers)).not.toContain(world.instances.eu.connection.password);
    expect(answers[0]).toMatchObject({ nodes: [{ name: "eu-1" }] });
    const wrong = new InvokeRequest().setTok("harper:index:getNodes").setArgs(struct({ target: "nobody", more: 1 }));
    const failures = (await call(client, "invoke", wrong)).getFailuresList().map((one) => one.getReason());
    expect(failures).toEqual([expect.stringMatching(/^more is not a property of getNodes/)]);
  });
});
