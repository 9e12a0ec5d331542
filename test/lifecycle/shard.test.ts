import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeWorld } from "./fake-world";
import { Stage } from "./stage";

let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let stage: Stage;
const shards = (of: string) => Object.values(fake.nodes(of)).map(({ name, shard }) => [name, shard]);
const addNodes = () => fake.instances["us-1"]?.calls.filter(({ operation }) => operation === "add_node").length;
const eu = () => ({ ...stage.eu(), shard: 3 });

async function begin(shardsStay: boolean): Promise<void> {
  const { fake: begun, world } = await fakeWorld({ shardsStay });
  fake = begun;
  stage = new Stage(async () => world);
  await stage.begin();
}
beforeEach(() => begin(true));
afterEach(async () => {
  await stage.end();
  await fake.close();
});

test("a shard of a first full join that stays with the target is written again, and is in the peer's own record then", async () => {
  const { state } = await stage.provider.node.create(eu());
  expect(state).toMatchObject({ shard: 3, mirror: "agrees" });
  expect(addNodes()).toBe(2);
  for (const at of ["us-1", "eu-1"]) expect(shards(at)).toContainEqual(["eu-1", 3]);
});

test("one that came is written once", async () => {
  await stage.end();
  await fake.close();
  await begin(false);
  await stage.provider.node.create(eu());
  expect(addNodes()).toBe(1);
  expect(shards("eu-1")).toContainEqual(["eu-1", 3]);
});

describe("one that stayed with the target when others joined the two", () => {
  beforeEach(async () => {
    const { hostname, authorization } = stage.eu();
    await stage.world.ask("us", { operation: "add_node", hostname, authorization, verify_tls: false, shard: 3 });
    await expect.poll(() => stage.names("eu")).toEqual(["eu-1", "us-1"]);
  });

  test("is written again where the Node is adopted", async () => {
    expect((await stage.provider.node.create(eu())).state).toMatchObject({ shard: 3, mirror: "agrees" });
    expect(shards("eu-1")).toContainEqual(["eu-1", 3]);
  });

  test("is drift, which up mends", async () => {
    const { node } = stage.provider;
    const before = { ...eu(), replicateByDefault: true, name: "eu-1", address: "wss://eu-1:9933", instance: "us-1" };
    const state = (await node.read("us-1/eu-1", { ...before, mirror: "agrees" }))?.state ?? {};
    expect(state).toMatchObject({ shard: 3, mirror: "another shard" });
    expect(await node.diff(state, eu())).toMatchObject({ changed: ["mirror"], replaces: [] });
    expect((await node.update(state, eu())).state).toMatchObject({ mirror: "agrees" });
    expect(shards("eu-1")).toContainEqual(["eu-1", 3]);
  });

  test("is nothing to a Node that declares none", async () => {
    const { state } = await stage.provider.node.create(stage.eu());
    expect(state).toMatchObject({ mirror: "agrees" });
    expect(shards("eu-1")).toContainEqual(["eu-1", undefined]);
  });
});
