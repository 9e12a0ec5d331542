import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { fakeWorld } from "./fake-world";
import { dog, Stage } from "./stage";
import { authorizationOf, run, type World } from "./world";

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

/** Another run, with these instances said to be gone for good. */
async function runWithout(...gone: ("us" | "eu" | "ap")[]) {
  await stage.end();
  const instances = structuredClone(stage.world.instances);
  for (const name of gone) instances[name].connection.gone = true;
  return run({ ...stage.world, instances } as World);
}

describe("removal", { timeout: 30_000 }, () => {
  test("from a full mesh: from every member, those too that did not hear of it, and it is said beforehand", async () => {
    const { ap } = stage.world.instances;
    const { state } = await stage.provider.node.create(stage.eu());
    await stage.provider.node.create({
      ...stage.eu(),
      hostname: "ap-1",
      authorization: authorizationOf(ap.connection),
    });
    await expect.poll(() => stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
    await stage.nextRun();
    fake.cut("us-1", "ap-1");
    await stage.provider.node.delete(state);
    fake.heal("us-1", "ap-1");
    expect([await stage.names("us"), await stage.names("eu"), await stage.names("ap")]).toEqual([
      ["ap-1", "us-1"],
      [],
      ["ap-1", "us-1"],
    ]);
    expect(stage.provider.said.join()).toMatch(/warning: .*one mesh, so it is detached from ap-1, too/);
  });

  test("an explicit record that another member has of it stays: that is another Node's", async () => {
    const { state } = await stage.provider.node.create(stage.explicit());
    await stage.provider.node.create({ ...stage.explicit(), target: "ap" });
    await stage.nextRun();
    await stage.provider.node.delete(state);
    expect([await stage.names("us"), await stage.names("eu"), await stage.names("ap")]).toEqual([
      [],
      ["ap-1"],
      ["eu-1"],
    ]);
  });

  test("a peer that does not answer: removed here, kept in state with the reason, and finished by the next run", async () => {
    const { id, state } = await stage.provider.node.create(stage.eu());
    await stage.nextRun();
    await fake.stop("eu-1");
    await expect(stage.provider.node.delete(state)).rejects.toMatchObject({
      code: "halfDone",
      message: expect.stringMatching(/is removed there, and may still have its record of us-1.*gone: true/),
    });
    expect(await stage.names("us")).toEqual([]);
    await stage.nextRun();
    expect(await stage.provider.node.read(id, state)).toMatchObject({ state: { mirror: "only there" } });
    await expect(stage.provider.node.delete(state)).rejects.toMatchObject({ code: "halfDone" });
    await fake.start("eu-1");
    await stage.nextRun();
    await stage.provider.node.delete(state);
    expect(await stage.names("eu")).toEqual([]);
  });

  test("a peer that nobody is to ask, or is gone for good, is named and not waited for", async () => {
    const { state } = await stage.provider.node.create(stage.explicit());
    await fake.stop("eu-1");
    const provider = await runWithout("eu");
    await provider.node.delete(state);
    expect(provider.said.join()).toMatch(/removed at us-1. Not checked: what eu-1 keeps/);
    await provider.close();
    const { eu: _, ...instances } = stage.world.instances;
    const stranger = run({ ...stage.world, instances } as World);
    await stranger.node.delete(state);
    expect(stranger.said.join()).toMatch(/removed at us-1. Not checked: what eu-1 keeps/);
    await stranger.close();
    await fake.start("eu-1");
  });

  test("an answer that comes too late is no failure where the node is gone", async () => {
    const { state } = await stage.provider.node.create(stage.explicit());
    await stage.end();
    const instances = structuredClone(stage.world.instances);
    instances.us.connection.timeoutSeconds = 0.5;
    const provider = run({ ...stage.world, instances } as World);
    fake.fail("us-1", { operation: "remove_node", fault: { kind: "late", ms: 1500 } });
    await provider.node.delete(state);
    expect(await stage.names("us")).toEqual([]);
    await provider.close();
  });
});

describe("an instance that is gone for good", { timeout: 30_000 }, () => {
  test("the target: its objects can be deleted, the peer's record goes, and nothing is asked of it", async () => {
    const { state } = await stage.provider.node.create(stage.explicit());
    const edge = await stage.provider.subscription.create(stage.edge(dog));
    const provider = await runWithout("us");
    const before = fake.instances["us-1"]?.calls.length;
    expect(await provider.node.read("us-1/eu-1", state)).toEqual({ id: "us-1/eu-1", state });
    await provider.subscription.delete(edge.state);
    await provider.node.delete(state);
    expect(provider.said.join()).toMatch(
      /Node us-1\/eu-1 is taken out of the state, as us is gone.*us-1 on eu was removed/,
    );
    expect(fake.instances["us-1"]?.calls.length).toBe(before);
    expect(await stage.names("eu")).toEqual([]);
    await provider.close();
  });

  test("the peer: nobody waits for it, and an edge is taken away on this end", async () => {
    const { eu } = stage.world.instances;
    stage.world.instances.eu = { ...eu, connection: { ...eu.connection } };
    await stage.provider.node.create(stage.explicit());
    const edge = await stage.provider.subscription.create(stage.edge(dog));
    await stage.nextRun();
    await fake.stop("eu-1");
    await expect(stage.provider.subscription.delete(edge.state)).rejects.toMatchObject({ code: "halfDone" });
    await stage.end();
    const instances = { ...stage.world.instances, "eu-1": stage.world.instances.eu };
    instances["eu-1"] = { ...eu, connection: { ...eu.connection, gone: true } };
    const { eu: _, ...named } = instances;
    const provider = run({ ...stage.world, instances: named as never });
    await provider.subscription.delete(edge.state);
    expect(await stage.edges("us")).toEqual([]);
    await provider.close();
    await fake.start("eu-1");
  });

  test("what is declared on it fails, saying so", async () => {
    const provider = await runWithout("us");
    const made = provider.route.create({ target: "us", hostname: "eu-1" });
    await expect(made).rejects.toThrow(/says that it is gone for good/);
    await provider.close();
  });
});

describe("an answer that says nothing", () => {
  test("an empty table is checked by key before anything is taken for gone", async () => {
    const { id, state } = await stage.provider.node.create(stage.explicit());
    const edge = await stage.provider.subscription.create(stage.edge(dog));
    await stage.nextRun();
    const empty = { kind: "lose", answer: [] } as const;
    fake.fail("us-1", { operation: "search_by_value", fault: empty, times: 99 });
    expect(await stage.provider.node.read(id, state)).toEqual({ id, state });
    expect(await stage.provider.subscription.read(edge.id, edge.state)).toEqual(edge);
    expect(stage.provider.said.join()).toMatch(/not verified.*is there when it is asked for by name/);
  });

  test("a configuration without its replication has no list of routes, not an empty one", async () => {
    const route = await stage.provider.route.create({ target: "us", hostname: "eu-1" });
    await stage.nextRun();
    const cut = { kind: "lose", answer: { logging: {} } } as const;
    fake.fail("us-1", { operation: "get_configuration", fault: cut, times: 99 });
    expect(await stage.provider.route.read(route.id, route.state)).toEqual(route);
  });
});

describe("what was written and cannot be read", { timeout: 30_000 }, () => {
  test.each([
    ["node", "add_node", "us-1/eu-1", () => stage.explicit()],
    ["subscription", "update_node", "us-1/eu-1/shop/dog", () => stage.edge(dog)],
    ["route", "set_configuration", "us-1/wss://eu-1:9933", () => ({ target: "us", hostname: "eu-1" })],
  ] as const)("a %s is in the state all the same, and the next run takes it up", async (kind, write, id, inputs) => {
    if (kind === "subscription") await stage.provider.node.create(stage.explicit());
    await stage.nextRun();
    for (const operation of ["search_by_value", "get_configuration"]) {
      const fault = { kind: "status", status: 500, error: "boom" } as const;
      fake.fail("us-1", { operation, after: write, fault });
    }
    const failed = await stage.provider[kind].create(inputs()).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("it is lost", { cause: failed });
    expect(failed.id).toBe(id);
    expect(failed.state).not.toHaveProperty("authorization");
    fake.recover("us-1");
    await stage.nextRun();
    const read = await stage.provider[kind].read(failed.id, failed.state);
    expect(read?.id).toBe(id);
    expect(await stage.provider[kind].diff(read?.state ?? {}, inputs())).toMatchObject({ changes: false });
  });
});
