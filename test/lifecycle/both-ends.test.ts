import { describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { cat, dog } from "./stage";
import { standIns } from "./stand-ins";
import { peersOf, run } from "./world";

const on = standIns();

const ask = (of: "us" | "eu", body: Record<string, unknown>) => on.stage.world.ask(of, body);
/** Past Harper's own mirroring: one end's table is written, and the other end hears nothing of it. */
async function alone(of: "us" | "eu", body: Record<string, unknown>): Promise<void> {
  on.fake.cut("us-1", "eu-1");
  await ask(of, body);
  on.fake.heal("us-1", "eu-1");
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
  await on.stage.nextRun();
  const read = await on.stage.provider[kind].read(made.id, made.state);
  const state = read?.state ?? {};
  const { changed, replaces } = await on.stage.provider[kind].diff(state, inputs as Record<string, unknown>);
  return { mirror: (state as { mirror?: string }).mirror, changed, replaces, state };
}

describe("the peer's half of a Node", { timeout: 30_000 }, () => {
  const ways: [string, () => Record<string, unknown>][] = [
    ["full", () => on.stage.eu()],
    ["inline", () => on.stage.inline(dog)],
    ["explicit", () => on.stage.explicit()],
  ];
  test.each(ways)(
    "a peer that forgot the target: drift that says so, and an update mends it (%s)",
    async (_, inputs) => {
      const made = await on.stage.provider.node.create(inputs());
      expect(made.state.mirror).toBe("agrees");
      await alone("eu", forget);
      const found = await drift("node", made, inputs());
      expect(found).toMatchObject({ mirror: "unknown to the peer", changed: ["mirror"], replaces: [] });
      const { state } = await on.stage.provider.node.update(found.state, inputs());
      expect(state.mirror).toBe("agrees");
      expect(await on.stage.names("eu")).toContain("us-1");
      expect(await on.stage.provider.node.diff(state, inputs())).toMatchObject({ changes: false });
    },
  );

  test("explicit here and full there: the node is replaced", async () => {
    const made = await on.stage.provider.node.create(on.stage.explicit());
    await remember({ replicates: true, subscriptions: null });
    const found = await drift("node", made, on.stage.explicit());
    expect(found).toMatchObject({ mirror: "disagrees in kind", changed: ["mirror"], replaces: ["mirror"] });
    await on.stage.provider.node.delete(found.state);
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    expect(state.mirror).toBe("agrees");
    expect((await peersOf(on.stage.world, "eu")).map(({ name, replicates = false }) => ({ name, replicates }))).toEqual(
      [{ name: "us-1", replicates: false }],
    );
  });

  test("full here and explicit there: an update mends it", async () => {
    const made = await on.stage.provider.node.create(on.stage.eu());
    await remember({ replicates: null, subscriptions: [dog] });
    const found = await drift("node", made, on.stage.eu());
    expect(found).toMatchObject({ mirror: "disagrees", replaces: [] });
    expect((await on.stage.provider.node.update(found.state, on.stage.eu())).state.mirror).toBe("agrees");
  });

  test("an edge that is on there only is turned off where the Node has them all", async () => {
    const made = await on.stage.provider.node.create(on.stage.inline(dog));
    await remember({ subscriptions: [dog, cat] });
    const found = await drift("node", made, on.stage.inline(dog));
    expect(found).toMatchObject({ mirror: "disagrees", changed: ["mirror"] });
    await on.stage.provider.node.update(found.state, on.stage.inline(dog));
    expect(await on.stage.edges("eu")).toEqual([dog]);
  });

  test("a peer that cannot be asked keeps what was known of it, and that is said", async () => {
    const made = await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.nextRun();
    const { state: seen } = (await on.stage.provider.node.read(made.id, made.state)) ?? made;
    on.fake.fail("eu-1", {
      operation: "search_by_value",
      fault: { kind: "status", status: 500, error: "boom" },
      times: 9,
    });
    const found = await drift("node", { id: made.id, state: seen }, on.stage.explicit());
    expect(found).toMatchObject({ mirror: "agrees", changed: [] });
    expect(on.stage.provider.said.join()).toMatch(/warning: What eu has of its peers is not seen.*boom/);
  });

  test("a peer that is not configured is not seen", async () => {
    const { eu: _, ...others } = on.stage.world.instances;
    await on.stage.end();
    const provider = run({ ...on.stage.world, instances: others as never });
    const { state } = await provider.node.create(on.stage.explicit());
    expect(state.mirror).toBe("not seen");
    expect(await provider.node.diff(state, on.stage.explicit())).toMatchObject({ changes: false });
    await provider.close();
  });

  test("a peer that was set up anew: no success, and the way out", { timeout: 20_000 }, async () => {
    const made = await on.stage.provider.node.create(on.stage.explicit());
    await on.fake.replace("eu-1");
    const found = await drift("node", made, on.stage.explicit());
    expect(found).toMatchObject({ mirror: "certificate mismatch", changed: ["mirror"] });
    const failed = await on.stage.provider.node
      .update(found.state, on.stage.explicit())
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
  });

  test("a create that finds only this half completes it", async () => {
    await on.stage.provider.node.create(on.stage.explicit());
    await alone("eu", forget);
    await on.stage.nextRun();
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    expect(state.mirror).toBe("agrees");
    expect(await on.stage.names("eu")).toEqual(["us-1"]);
  });
});

describe("the peer's half of a Subscription", { timeout: 30_000 }, () => {
  test.each([
    ["one-way", { ...dog, subscribe: true, publish: false }],
    ["disagrees", { ...dog, subscribe: false, publish: false }],
  ])("%s is drift, and an update mends it", async (word, edge) => {
    await on.stage.provider.node.create(on.stage.explicit());
    const made = await on.stage.provider.subscription.create(on.stage.edge(dog));
    await remember({ subscriptions: [edge] });
    const found = await drift("subscription", made, on.stage.edge(dog));
    expect(found).toMatchObject({ mirror: word, changed: ["mirror"], replaces: [] });
    const { state } = await on.stage.provider.subscription.update(found.state, on.stage.edge(dog));
    expect(state.mirror).toBe("agrees");
    expect(await on.stage.edges("eu")).toEqual([dog]);
  });

  test("half removed: the next delete tells the peer, too", async () => {
    await on.stage.provider.node.create(on.stage.explicit());
    const { state } = await on.stage.provider.subscription.create(on.stage.edge(dog));
    await on.stage.nextRun();
    on.fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    await expect(on.stage.provider.subscription.delete(state)).rejects.toMatchObject({ code: "halfDone" });
    expect([await on.stage.edges("us"), await on.stage.edges("eu")]).toEqual([[], [dog]]);
    await on.stage.nextRun();
    await on.stage.provider.subscription.delete(state);
    expect([await on.stage.edges("us"), await on.stage.edges("eu")]).toEqual([[], []]);
  });

  test("half made, and then refreshed, which makes the engine forget it: the next update completes it all the same", async () => {
    await on.stage.provider.node.create(on.stage.explicit());
    on.fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
    const failed = await on.stage.provider.subscription.create(on.stage.edge(dog)).catch((error) => error);
    const found = await drift("subscription", { id: failed.id, state: failed.state }, on.stage.edge(dog));
    expect(found).toMatchObject({ changed: ["mirror"] });
    await on.stage.provider.subscription.update(found.state, on.stage.edge(dog));
    expect(await on.stage.edges("eu")).toEqual([dog]);
  });
});

describe("the connection of both ends", { timeout: 30_000 }, () => {
  test("of a node that was removed is nothing to say", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.nextRun();
    await on.stage.provider.node.delete(state);
    expect(await on.stage.names("us")).toEqual([]);
    expect(on.stage.provider.said.join()).not.toMatch(/Half-open|Not connected/);
  });

  test("half-open, and not at all: said at preview, by the half that is closed", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    await on.stage.nextRun();
    await on.stage.provider.node.diff(state, on.stage.eu());
    expect(on.stage.provider.said.join()).not.toMatch(/Half-open|Not connected/);
    on.fake.deafen("eu-1");
    await on.stage.nextRun();
    await on.stage.provider.node.diff(state, on.stage.eu());
    expect(on.stage.provider.said.join()).toMatch(
      /warning: Half-open: eu does not receive rows from us, .*: `pulumi-harper restart us eu`/,
    );
    on.fake.deafen("us-1");
    await on.stage.nextRun();
    await on.stage.provider.node.diff(state, on.stage.eu());
    expect(on.stage.provider.said.join()).toMatch(
      /warning: Not connected: neither us nor eu receives .*: `pulumi-harper restart us eu`/,
    );
  });
});
