import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeWorld } from "./fake-world";
import { Stage } from "./stage";
import { peersOf, run, type World } from "./world";

let stage: Stage;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
beforeEach(async () => {
  const faked = await fakeWorld();
  fake = faked.fake;
  stage = new Stage(async () => faked.world);
  await stage.begin();
});
afterEach(async () => {
  await stage.end();
  await fake.close();
});

/** Another run, in which names of instances stand for others. */
async function runWith(instances: Partial<Record<string, World["instances"]["us"]>>) {
  await stage.end();
  return run({ ...stage.world, instances: { ...stage.world.instances, ...instances } as World["instances"] });
}

const names = async (of: "us" | "ap") => (await peersOf(stage.world, of)).map(({ name }) => name);

test("an endpoint that is another instance now: nothing is read as gone, written or removed there", async () => {
  const { id, state } = await stage.provider.node.create(stage.explicit());
  await stage.provider.node.create({ ...stage.explicit(), target: "ap" });
  const { us, ap } = stage.world.instances;
  const provider = await runWith({ us: ap, ap: us });
  const another = { code: "identity", message: expect.stringMatching(/reports "ap-1".*made on "us-1"/) };

  expect(await provider.node.read(id, state)).toEqual({ id, state });
  expect(provider.said.join()).toMatch(/not verified, its state is kept.*made on "us-1"/);
  expect(await provider.node.diff(state, stage.explicit())).toMatchObject({ changes: true, replaces: ["target"] });
  await expect(provider.node.update(state, { ...stage.explicit(), shard: 2 })).rejects.toMatchObject(another);
  await expect(provider.node.delete(state)).rejects.toMatchObject(another);
  expect([await names("us"), await names("ap")]).toEqual([["eu-1"], ["eu-1"]]);
  await provider.close();
});

test("another name of the same instance is noted in state, and nothing is written", async () => {
  const { id, state } = await stage.provider.node.create(stage.inline());
  const provider = await runWith({ "us-east": stage.world.instances.us });
  const renamed = { ...stage.inline(), target: "us-east" };
  expect(await provider.node.diff(state, renamed)).toMatchObject({ changed: ["target"], replaces: [] });
  fake.instances["us-1"]?.calls.splice(0);
  expect((await provider.node.update(state, renamed)).state).toEqual({ ...state, target: "us-east" });
  expect(fake.instances["us-1"]?.calls.map(({ operation }) => operation)).not.toContain("update_node");

  const { us: _, ...others } = stage.world.instances;
  await provider.close();
  const without = run({ ...stage.world, instances: others as World["instances"] });
  expect(await without.node.read(id, state)).toEqual({ id, state });
  expect(without.said.join()).toMatch(/not verified.*"us" is not in harper:instances/);
  await without.close();
});

test("an inline connection with another password is noted in state", async () => {
  const target = stage.world.instances.us.connection;
  const { state } = await stage.provider.node.create({ ...stage.explicit(), target });
  await stage.nextRun();
  fake.addUser("us-1", { username: "admin", password: "rotated", superUser: true });
  const rotated = { ...stage.explicit(), target: { ...target, password: "rotated" } };
  expect(await stage.provider.node.diff(state, rotated)).toMatchObject({ changed: ["target"], replaces: [] });
  const { state: now } = await stage.provider.node.update(state, rotated);
  await stage.provider.node.delete(now);
  expect(fake.nodes("us-1")).toEqual({});
});

test("a resource under a new name takes over, and the old one does not take it away", async () => {
  await stage.provider.node.create(stage.explicit());
  const edge = stage.edge({ database: "shop", table: "dog" });
  const old = await stage.provider.subscription.create(edge);
  await stage.nextRun();
  const renamed = await stage.provider.subscription.create(edge);
  await stage.provider.subscription.delete(old.state);
  expect(stage.provider.said.join()).toMatch(/Subscription us-1\/eu-1\/shop\/dog stays.*aliases/);
  expect(await stage.provider.subscription.read(renamed.id, renamed.state)).toEqual(renamed);
  await stage.nextRun();
  await stage.provider.subscription.delete(renamed.state);
  expect(await stage.provider.subscription.read(renamed.id, renamed.state)).toBeUndefined();
});

test("what is on the same host and another port is another peer", async () => {
  await stage.provider.node.create(stage.explicit());
  const off = [{ database: "system", table: "hdb_nodes", subscribe: false, publish: false }];
  await stage.world.ask("us", {
    operation: "add_node",
    hostname: "other",
    url: "wss://shared:9944",
    subscriptions: off,
  });
  await stage.nextRun();
  await stage.provider.node.create({ ...stage.explicit(), hostname: "shared" }).catch(() => {});
  expect(stage.provider.said.join()).not.toMatch(/adopted/);
});
