import { expect, test } from "vitest";
import { cat, dog } from "./stage";
import { standIns } from "./stand-ins";
import { peersOf, run, type World } from "./world";

const on = standIns();

/** Another run, in which names of instances stand for others. */
async function runWith(instances: Partial<Record<string, World["instances"]["us"]>>) {
  await on.stage.end();
  return run({ ...on.stage.world, instances: { ...on.stage.world.instances, ...instances } as World["instances"] });
}

const names = async (of: "us" | "ap") => (await peersOf(on.stage.world, of)).map(({ name }) => name);

test("an endpoint that is another instance now: nothing is read as gone, written or removed there", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.explicit());
  await on.stage.provider.node.create({ ...on.stage.explicit(), target: "ap" });
  const { us, ap } = on.stage.world.instances;
  const provider = await runWith({ us: ap, ap: us });
  const another = { code: "identity", message: expect.stringMatching(/reports "ap-1".*made on "us-1"/) };

  expect(await provider.node.read(id, state)).toEqual({ id, state });
  expect(provider.said.join()).toMatch(/not verified, its state is kept.*made on "us-1"/);
  expect(await provider.node.diff(state, on.stage.explicit())).toMatchObject({ changes: true, replaces: ["target"] });
  await expect(provider.node.update(state, { ...on.stage.explicit(), shard: 2 })).rejects.toMatchObject(another);
  expect([await names("us"), await names("ap")]).toEqual([["eu-1"], ["eu-1"]]);
  await provider.close();

  const without = await runWith({ us: ap });
  await expect(without.node.delete(state)).rejects.toMatchObject(another);
  expect([await names("us"), await names("ap")]).toEqual([["eu-1"], ["eu-1"]]);
  await without.close();

  // It is deleted where it was made, where that is known under another name.
  const elsewhere = await runWith({ us: ap, old: us });
  await elsewhere.node.delete(state);
  expect([await names("us"), await names("ap")]).toEqual([[], ["eu-1"]]);
  await elsewhere.close();
});

test("another installation of the same name is refused, until the configuration says that it is meant", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.explicit());
  await on.fake.replace("us-1");
  await on.stage.nextRun();
  expect(await on.stage.provider.node.read(id, state)).toEqual({ id, state });
  expect(on.stage.provider.said.join()).toMatch(/not verified, its state is kept/);
  const certificates = await on.stage.world.ask("us", { operation: "list_certificates" });
  const serial = (certificates as { details: { serial_number: string } }[])[1]?.details.serial_number;
  const both = new RegExp(
    `"us-1" with the certificate authority ${serial}.*made on "us-1" with ${state.authoritySerial}`,
  );
  const another = { code: "identity", message: expect.stringMatching(both) };
  await expect(on.stage.provider.node.update(state, { ...on.stage.explicit(), shard: 2 })).rejects.toMatchObject(
    another,
  );
  await expect(on.stage.provider.node.delete(state)).rejects.toMatchObject(another);
  await expect(on.stage.provider.route.create({ target: "us", hostname: "ap-1" })).rejects.toMatchObject(another);

  const { us } = on.stage.world.instances;
  const meant = await runWith({ us: { ...us, connection: { ...us.connection, authoritySerial: String(serial) } } });
  expect((await meant.node.read(id, state))?.state).toMatchObject({ mirror: "only there" });
  await meant.node.delete(state);
  expect(await meant.node.read(id, state)).toBeUndefined();
  await meant.close();
  const wrong = await runWith({ us: { ...us, connection: { ...us.connection, authoritySerial: "00" } } });
  const refused = wrong.route.create({ target: "us", hostname: "ap-1" });
  await expect(refused).rejects.toMatchObject({
    code: "identity",
    message: expect.stringMatching(/says "us-1" with 00/),
  });
  await wrong.close();
});

test("nothing new is made where a name of the configuration has come to mean another instance", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.explicit());
  const { us, ap } = on.stage.world.instances;
  const provider = await runWith({ us: ap });
  await provider.node.read(id, state);
  const made = provider.route.create({ target: "us", hostname: "eu-1" });
  await expect(made).rejects.toMatchObject({ code: "identity", message: expect.stringMatching(/"ap-1".*"us-1"/) });
  await provider.close();
  // It is meant where the one before is still known.
  const moved = await runWith({ us: ap, ap: us });
  await moved.node.read(id, state);
  expect((await moved.route.create({ target: "us", hostname: "eu-1" })).state.instance).toBe("ap-1");
  await moved.close();
});

test("a state of before authorities were kept is taken as it is", async () => {
  const { state } = await on.stage.provider.node.create(on.stage.explicit());
  const { authoritySerial, mirror, ...old } = state;
  expect([authoritySerial, mirror]).toEqual([expect.any(String), "agrees"]);
  await on.stage.nextRun();
  expect(await on.stage.provider.node.diff(old, on.stage.explicit())).toMatchObject({ changes: false });
  await on.stage.nextRun();
  await on.stage.provider.node.delete(old);
  expect(await names("us")).toEqual([]);
});

test("another name of the same instance is noted in state, and changes nothing there", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.inline());
  const provider = await runWith({ "us-east": on.stage.world.instances.us });
  const renamed = { ...on.stage.inline(), target: "us-east" };
  expect(await provider.node.diff(state, renamed)).toMatchObject({ changed: ["target"], replaces: [] });
  expect((await provider.node.update(state, renamed)).state).toEqual({ ...state, target: "us-east" });
  expect((await peersOf(on.stage.world, "us")).map(({ subscriptions }) => subscriptions)).toHaveLength(1);
  expect((await provider.node.diff({ ...state, target: "us-east" }, renamed)).changes).toBe(false);

  const { us: _, ...others } = on.stage.world.instances;
  await provider.close();
  const without = run({ ...on.stage.world, instances: others as World["instances"] });
  expect(await without.node.read(id, state)).toEqual({ id, state });
  expect(without.said.join()).toMatch(/not verified.*"us" is not in harper:instances/);
  await without.close();
});

test("what was made on an instance that has another name by now is read and deleted there", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.explicit());
  const { us, ...others } = on.stage.world.instances;
  await on.stage.end();
  const provider = run({ ...on.stage.world, instances: { ...others, "us-east": us } as unknown as World["instances"] });
  expect(await provider.node.read(id, state)).toEqual({ id, state });
  expect(provider.said).toEqual([]);
  await provider.node.delete(state);
  expect(await names("us")).toEqual([]);
  await provider.close();
});

test("an inline connection with another password is noted in state", async () => {
  const target = on.stage.world.instances.us.connection;
  const { state } = await on.stage.provider.node.create({ ...on.stage.explicit(), target });
  await on.stage.nextRun();
  on.fake.addUser("us-1", { username: "admin", password: "rotated", superUser: true });
  const rotated = { ...on.stage.explicit(), target: { ...target, password: "rotated" } };
  expect(await on.stage.provider.node.diff(state, rotated)).toMatchObject({ changed: ["target"], replaces: [] });
  const { state: now } = await on.stage.provider.node.update(state, rotated);
  await on.stage.nextRun();
  await on.stage.provider.node.delete(now);
  expect(on.fake.nodes("us-1")).toEqual({});
});

test("a Node that is replaced takes its edges along, and their Subscriptions are made again in the same run", async () => {
  const { state: node } = await on.stage.provider.node.create({ ...on.stage.explicit(), revokedCertificates: ["aa"] });
  const edge = on.stage.edge({ database: "shop", table: "dog" });
  const { state } = await on.stage.provider.subscription.create(edge);
  await on.stage.nextRun();
  const wanted = { ...on.stage.explicit(), revokedCertificates: [] };
  expect(await on.stage.provider.node.diff(node, wanted)).toMatchObject({ replaces: ["revokedCertificates"] });
  await on.stage.provider.node.delete(node);
  await on.stage.provider.node.create(wanted);
  const lost = { changes: true, changed: ["node", "database", "table"], replaces: [] };
  expect(await on.stage.provider.subscription.diff(state, edge)).toMatchObject(lost);
  await on.stage.provider.subscription.update(state, edge);
  expect(await on.stage.provider.subscription.diff(state, edge)).toMatchObject({ changes: false });
  expect(await on.stage.edges("us")).toMatchObject([{ table: "dog" }]);
});

test("a resource under a new name takes over, and the old one does not take it away", async () => {
  await on.stage.provider.node.create(on.stage.explicit());
  const edge = on.stage.edge({ database: "shop", table: "dog" });
  const old = await on.stage.provider.subscription.create(edge);
  await on.stage.nextRun();
  const renamed = await on.stage.provider.subscription.create(edge);
  await on.stage.provider.subscription.delete(old.state);
  expect(on.stage.provider.said.join()).toMatch(/Subscription us-1\/eu-1\/shop\/dog stays.*aliases/);
  expect(await on.stage.provider.subscription.read(renamed.id, renamed.state)).toEqual(renamed);

  // That run failed before the engine came to its deletes: the next one has nothing to take over any more.
  await on.stage.nextRun();
  expect(await on.stage.provider.subscription.diff(renamed.state, edge)).toMatchObject({ changes: false });
  await on.stage.provider.subscription.delete(old.state);
  expect(on.stage.provider.said.join()).toMatch(/Subscription us-1\/eu-1\/shop\/dog stays as it is/);
  expect(await on.stage.provider.subscription.read(renamed.id, renamed.state)).toEqual(renamed);

  // A destroy, which compares after its refresh, and checks nothing.
  await on.stage.nextRun();
  await on.stage.provider.subscription.compare(renamed.state, edge);
  await on.stage.provider.subscription.delete(renamed.state);
  expect(await on.stage.provider.subscription.read(renamed.id, renamed.state)).toBeUndefined();
});

test("what is on the same host and another port is another peer", async () => {
  await on.stage.provider.node.create(on.stage.explicit());
  const off = [{ database: "system", table: "hdb_nodes", subscribe: false, publish: false }];
  await on.stage.world.ask("us", {
    operation: "add_node",
    hostname: "other",
    url: "wss://shared:9944",
    subscriptions: off,
  });
  await on.stage.nextRun();
  const create = on.stage.provider.node.create({ ...on.stage.explicit(), hostname: "shared" });
  await expect(create).rejects.toThrow(/add_node on us/);
  expect(on.stage.provider.said.join()).not.toMatch(/adopted/);
});

test("edges that move into their Node stay on when their Subscriptions go", async () => {
  const { state } = await on.stage.provider.node.create(on.stage.explicit());
  const edge = await on.stage.provider.subscription.create(on.stage.edge(dog));
  await on.stage.nextRun();
  await on.stage.provider.node.update(state, on.stage.inline(dog));
  await on.stage.provider.subscription.delete(edge.state);
  expect(await on.stage.edges("us")).toEqual([dog]);
});

test("a node by url on a host is not the node of that name", async () => {
  const { hostname: _, ...rest } = on.stage.inline(dog);
  await on.stage.provider.node.check({ ...rest, url: "wss://eu-1:9944" });
  expect((await on.stage.provider.subscription.check(on.stage.edge(cat))).failures).toEqual([]);
});

test("what the instance was told and its peer was not is completed, under whatever name", async () => {
  await on.stage.provider.node.create(on.stage.explicit());
  on.fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
  const failed = await on.stage.provider.subscription.create(on.stage.edge(dog)).catch((error) => error);
  const provider = await runWith({ "us-east": on.stage.world.instances.us });
  await provider.subscription.update(failed.state, { ...on.stage.edge(dog), target: "us-east" });
  expect(await on.stage.edges("eu")).toEqual([dog]);
  await provider.close();
});

test("a node that is gone and comes back under another name is taken as it is", async () => {
  const { state } = await on.stage.provider.node.create(on.stage.inline(dog));
  await on.stage.world.ask("us", { operation: "remove_node", hostname: "eu-1" });
  await on.stage.world.ask("eu", { operation: "remove_node", hostname: "us-1" });
  await on.stage.nextRun();
  const { state: now } = await on.stage.provider.node.update({ ...state, name: "eu-old" }, on.stage.explicit());
  expect(now).toMatchObject({ name: "eu-1", replicateByDefault: false });
  expect(on.stage.provider.said.join()).not.toMatch(/stay as they are/);
});

test("a join from the other end is seen by who looked before it", async () => {
  const us = { target: "eu", hostname: "us-1", verifyTls: false };
  const full = { ...us, authorization: on.stage.eu().authorization };
  await on.stage.provider.subscription.check({ target: "eu", node: "us-1", database: "shop", table: "dog" });
  await on.stage.provider.node.create(on.stage.explicit());
  await expect(on.stage.provider.node.create(full)).rejects.toMatchObject({ code: "exists" });
});
