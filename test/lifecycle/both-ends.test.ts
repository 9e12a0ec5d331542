import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { fakeWorld } from "./fake-world";
import { cat, dog, Stage } from "./stage";
import { peersOf, run } from "./world";

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

const ask = (of: "us" | "eu", body: Record<string, unknown>) => stage.world.ask(of, body);
/** Past Harper's own mirroring: one end's table is written, and the other end hears nothing of it. */
async function alone(of: "us" | "eu", body: Record<string, unknown>): Promise<void> {
  fake.cut("us-1", "eu-1");
  await ask(of, body);
  fake.heal("us-1", "eu-1");
}
/** What the peer has of the target, however it came to that. */
const remember = (record: object) =>
  ask("eu", { operation: "upsert", database: "system", table: "hdb_nodes", records: [{ name: "us-1", ...record }] });
const forget = { operation: "remove_node", hostname: "us-1" };

/** What a refresh and then a preview say, in another run. */
async function drift(
  kind: "node" | "subscription",
  made: { id: string; state: Record<string, unknown> },
  inputs: object,
) {
  await stage.nextRun();
  const read = await stage.provider[kind].read(made.id, made.state);
  const state = read?.state ?? {};
  const { changed, replaces } = await stage.provider[kind].diff(state, inputs as Record<string, unknown>);
  return { mirror: (state as { mirror?: string }).mirror, changed, replaces, state };
}

describe("the peer's half of a Node", { timeout: 30_000 }, () => {
  const ways: [string, () => Record<string, unknown>][] = [
    ["full", () => stage.eu()],
    ["inline", () => stage.inline(dog)],
    ["explicit", () => stage.explicit()],
  ];
  test.each(ways)(
    "a peer that forgot the target: drift that says so, and an update mends it (%s)",
    async (_, inputs) => {
      const made = await stage.provider.node.create(inputs());
      expect(made.state.mirror).toBe("agrees");
      await alone("eu", forget);
      const found = await drift("node", made, inputs());
      expect(found).toMatchObject({ mirror: "unknown to the peer", changed: ["mirror"], replaces: [] });
      const { state } = await stage.provider.node.update(found.state, inputs());
      expect(state.mirror).toBe("agrees");
      expect(await stage.names("eu")).toContain("us-1");
      expect(await stage.provider.node.diff(state, inputs())).toMatchObject({ changes: false });
    },
  );

  test("explicit here and full there: the node is replaced", async () => {
    const made = await stage.provider.node.create(stage.explicit());
    await remember({ replicates: true, subscriptions: null });
    const found = await drift("node", made, stage.explicit());
    expect(found).toMatchObject({ mirror: "disagrees in kind", changed: ["mirror"], replaces: ["mirror"] });
    await stage.provider.node.delete(found.state);
    const { state } = await stage.provider.node.create(stage.explicit());
    expect(state.mirror).toBe("agrees");
    expect((await peersOf(stage.world, "eu")).map(({ name, replicates = false }) => ({ name, replicates }))).toEqual([
      { name: "us-1", replicates: false },
    ]);
  });

  test("full here and explicit there: an update mends it", async () => {
    const made = await stage.provider.node.create(stage.eu());
    await remember({ replicates: null, subscriptions: [dog] });
    const found = await drift("node", made, stage.eu());
    expect(found).toMatchObject({ mirror: "disagrees", replaces: [] });
    expect((await stage.provider.node.update(found.state, stage.eu())).state.mirror).toBe("agrees");
  });

  test("an edge that is on there only is turned off where the Node has them all", async () => {
    const made = await stage.provider.node.create(stage.inline(dog));
    await remember({ subscriptions: [dog, cat] });
    const found = await drift("node", made, stage.inline(dog));
    expect(found).toMatchObject({ mirror: "disagrees", changed: ["mirror"] });
    await stage.provider.node.update(found.state, stage.inline(dog));
    expect(await stage.edges("eu")).toEqual([dog]);
  });

  test("a peer that cannot be asked keeps what was known of it, and that is said", async () => {
    const made = await stage.provider.node.create(stage.explicit());
    await stage.nextRun();
    const { state: seen } = (await stage.provider.node.read(made.id, made.state)) ?? made;
    fake.fail("eu-1", {
      operation: "search_by_value",
      fault: { kind: "status", status: 500, error: "boom" },
      times: 9,
    });
    const found = await drift("node", { id: made.id, state: seen }, stage.explicit());
    expect(found).toMatchObject({ mirror: "agrees", changed: [] });
    expect(stage.provider.said.join()).toMatch(/warning: What eu has of its peers is not seen.*boom/);
  });

  test("a peer that is not configured is not seen", async () => {
    const { eu: _, ...others } = stage.world.instances;
    await stage.end();
    const provider = run({ ...stage.world, instances: others as never });
    const { state } = await provider.node.create(stage.explicit());
    expect(state.mirror).toBe("not seen");
    expect(await provider.node.diff(state, stage.explicit())).toMatchObject({ changes: false });
    await provider.close();
  });

  test("a peer that was set up anew: no success, and the way out", { timeout: 20_000 }, async () => {
    const made = await stage.provider.node.create(stage.explicit());
    await fake.replace("eu-1");
    const found = await drift("node", made, stage.explicit());
    expect(found).toMatchObject({ mirror: "certificate mismatch", changed: ["mirror"] });
    const failed = await stage.provider.node.update(found.state, stage.explicit()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
  });

  test("a create that finds only this half completes it", async () => {
    await stage.provider.node.create(stage.explicit());
    await alone("eu", forget);
    await stage.nextRun();
    const { state } = await stage.provider.node.create(stage.explicit());
    expect(state.mirror).toBe("agrees");
    expect(await stage.names("eu")).toEqual(["us-1"]);
  });
});

describe("the peer's half of a Subscription", { timeout: 30_000 }, () => {
  test.each([
    ["one-way", { ...dog, subscribe: true, publish: false }],
    ["disagrees", { ...dog, subscribe: false, publish: false }],
  ])("%s is drift, and an update mends it", async (word, edge) => {
    await stage.provider.node.create(stage.explicit());
    const made = await stage.provider.subscription.create(stage.edge(dog));
    await remember({ subscriptions: [edge] });
    const found = await drift("subscription", made, stage.edge(dog));
    expect(found).toMatchObject({ mirror: word, changed: ["mirror"], replaces: [] });
    const { state } = await stage.provider.subscription.update(found.state, stage.edge(dog));
    expect(state.mirror).toBe("agrees");
    expect(await stage.edges("eu")).toEqual([dog]);
  });

  test("half removed: the next delete tells the peer, too", async () => {
    await stage.provider.node.create(stage.explicit());
    const { state } = await stage.provider.subscription.create(stage.edge(dog));
    await stage.nextRun();
    fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    await expect(stage.provider.subscription.delete(state)).rejects.toMatchObject({ code: "halfDone" });
    expect([await stage.edges("us"), await stage.edges("eu")]).toEqual([[], [dog]]);
    await stage.nextRun();
    await stage.provider.subscription.delete(state);
    expect([await stage.edges("us"), await stage.edges("eu")]).toEqual([[], []]);
  });

  test("half made, and then refreshed, which makes the engine forget it: the next update completes it all the same", async () => {
    await stage.provider.node.create(stage.explicit());
    fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    const failed = await stage.provider.subscription.create(stage.edge(dog)).catch((error) => error);
    const found = await drift("subscription", { id: failed.id, state: failed.state }, stage.edge(dog));
    expect(found).toMatchObject({ changed: ["mirror"] });
    await stage.provider.subscription.update(found.state, stage.edge(dog));
    expect(await stage.edges("eu")).toEqual([dog]);
  });
});

describe("the connection of both ends", { timeout: 30_000 }, () => {
  test("half-open, and not at all: said at preview, by the half that is closed", async () => {
    const { state } = await stage.provider.node.create(stage.eu());
    await stage.nextRun();
    await stage.provider.node.diff(state, stage.eu());
    expect(stage.provider.said.join()).not.toMatch(/Half-open|Not connected/);
    fake.deafen("eu-1");
    await stage.nextRun();
    await stage.provider.node.diff(state, stage.eu());
    expect(stage.provider.said.join()).toMatch(
      /warning: Half-open: eu-1 does not receive rows from us,.* restart eu-1/,
    );
    fake.deafen("us-1");
    await stage.nextRun();
    await stage.provider.node.diff(state, stage.eu());
    expect(stage.provider.said.join()).toMatch(/warning: Not connected: neither us nor eu-1/);
  });
});
