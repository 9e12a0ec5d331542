import { beforeEach, describe, expect, test } from "vitest";
import { cat, dog, type Stage } from "../stage";

export function subscriptionLife(stage: Stage) {
  describe("Subscription", () => {
    /** What was bound before binds no more: the tests of what flows start with processes that know nothing. */
    const afresh = async () => {
      await Promise.all([stage.world.restart("us"), stage.world.restart("eu")]);
      await stage.nextRun();
    };
    beforeEach(async () => {
      await stage.provider.node.create(stage.explicit());
    });

    test("made, read without a difference, changed, removed, removed again", async () => {
      const { id, state } = await stage.provider.subscription.create(stage.edge(cat));
      expect(id).toBe(`${stage.us()}/${stage.world.instances.eu.reports}/shop/cat`);
      expect(await stage.edges("us")).toEqual([cat]);
      expect(await stage.edges("eu")).toEqual([{ ...cat, subscribe: false, publish: true }]);
      await stage.nextRun();
      expect(await stage.provider.subscription.read(id, state)).toEqual({ id, state });
      expect(await stage.provider.subscription.diff(state, stage.edge(cat))).toMatchObject({ changes: false });
      const both = stage.edge({ ...cat, publish: true });
      expect(await stage.provider.subscription.diff(state, both)).toMatchObject({ changed: ["publish"], replaces: [] });
      const { state: updated } = await stage.provider.subscription.update(state, both);
      expect(updated.publish).toBe(true);
      await stage.nextRun();
      await stage.provider.subscription.delete(updated);
      expect(await stage.edges("us")).toEqual([]);
      await stage.provider.subscription.delete(updated);
    });

    test("each part of its identity replaces", async () => {
      const { state } = await stage.provider.subscription.create(stage.edge(dog));
      expect(await stage.provider.subscription.diff(state, stage.edge({ ...dog, table: "cat" }))).toMatchObject({
        replaces: ["table"],
      });
      expect(await stage.provider.subscription.diff(state, stage.edge({ ...dog, node: "other" }))).toMatchObject({
        replaces: ["node"],
      });
    });

    test("turned off by hand: read as absent; changed by hand: read as it is", async () => {
      const { id, state } = await stage.provider.subscription.create(stage.edge(dog));
      await stage.world.ask("us", {
        operation: "update_node",
        hostname: state.node,
        subscriptions: [{ ...dog, publish: false }],
      });
      await stage.nextRun();
      expect((await stage.provider.subscription.read(id, state))?.state.publish).toBe(false);
      await stage.world.ask("us", {
        operation: "update_node",
        hostname: state.node,
        subscriptions: [{ ...dog, subscribe: false, publish: false }],
      });
      await stage.nextRun();
      expect(await stage.provider.subscription.read(id, state)).toBeUndefined();
    });

    test("a table the instance lacks fails in the check, with a way round", async () => {
      const { failures } = await stage.provider.subscription.check(stage.edge({ ...dog, table: "dgo" }));
      expect(failures).toEqual([{ property: "table", reason: expect.stringContaining('"dgo" is not a table') }]);
      expect(
        (await stage.provider.subscription.check(stage.edge({ ...dog, table: "dgo", requireTables: false }))).failures,
      ).toEqual([]);
    });

    test("on a node that replicates everything it is an error, not a no-op", async () => {
      await stage.provider.node.update(
        (
          await stage.provider.node.read("", {
            ...stage.explicit(),
            name: stage.world.instances.eu.reports,
            instance: stage.us(),
          })
        )?.state ?? {},
        stage.eu(),
      );
      await stage.nextRun();
      const { failures } = await stage.provider.subscription.check(stage.edge(dog));
      expect(failures).toMatchObject([
        { property: "node", reason: expect.stringContaining("replicateByDefault: false") },
      ]);
    });

    test("on a node that declares its edges inline it is an error, in whatever order they are checked", async () => {
      const isInline = [{ property: "node", reason: expect.stringContaining("inline") }];
      await stage.provider.node.check(stage.inline(dog), {});
      expect((await stage.provider.subscription.check(stage.edge(cat))).failures).toEqual(isInline);
      await stage.nextRun();
      expect((await stage.provider.subscription.check(stage.edge(cat))).failures).toEqual([]);
      expect((await stage.provider.node.check(stage.inline(dog), {})).failures).toEqual([
        { property: "subscriptions", reason: expect.stringContaining("Subscription") },
      ]);
    });

    test("those that their Node declares from now on stay, those that it does not are turned off", async () => {
      const both = [dog, cat].map((edge) => stage.provider.subscription.create(stage.edge(edge)));
      const [ofDog, ofCat] = await Promise.all(both);
      await stage.nextRun();
      await stage.provider.node.check(stage.inline(dog), {});
      await stage.provider.subscription.delete(ofDog?.state ?? {});
      await stage.provider.subscription.delete(ofCat?.state ?? {});
      expect(await stage.edges("us")).toEqual([dog]);
    });

    test("an edge to a node that is not there is refused with the way out", async () => {
      const made = stage.provider.subscription.create(stage.edge({ ...dog, node: "nowhere" }));
      await expect(made).rejects.toMatchObject({
        message: expect.stringContaining("Declare it as a Node"),
      });
    });

    test("rows of the first edge flow; of one added to a connected database only after a restart, and that is said", async () => {
      await afresh();
      await stage.provider.subscription.create(stage.edge(dog));
      expect(stage.provider.said.join()).not.toMatch(/Pending/);
      await expect.poll(() => stage.world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
      await stage.nextRun();
      const { state } = await stage.provider.subscription.create(stage.edge(cat));
      expect(stage.provider.said.join()).toMatch(/Pending on us: .*shop\.cat/);
      const flows = () => stage.world.flows("eu", "us", "cat");
      if (stage.world.differs.addedTables) await expect.poll(flows, { timeout: 20_000 }).toBe(true);
      else expect(await flows()).toBe(false);
      await stage.world.restart("us");
      await stage.nextRun();
      await expect.poll(() => stage.world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
      await stage.provider.subscription.diff(state, stage.edge(cat));
      expect(stage.provider.said.join()).not.toMatch(/Pending/);
    });

    test("one that is turned off beside others goes on until a restart, and that is said", async () => {
      await afresh();
      await stage.provider.subscription.create(stage.edge(dog));
      const { state } = await stage.provider.subscription.create(stage.edge(cat));
      await stage.world.restart("us");
      await stage.world.restart("eu");
      await stage.nextRun();
      await expect.poll(() => stage.world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
      await stage.provider.subscription.delete(state);
      expect(stage.provider.said.join()).toMatch(/turned off, but rows still come .*shop\.cat/);
      expect(await stage.world.flows("eu", "us", "cat")).toBe(true);
    });

    test("activate reconnects and says what that interrupts", async () => {
      await afresh();
      await stage.provider.subscription.create(stage.edge(dog));
      await expect.poll(() => stage.world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
      await stage.nextRun();
      await stage.provider.subscription.create(stage.edge({ ...cat, activate: "reconnect" }));
      expect(stage.provider.said.join()).toMatch(/Reconnecting us and .*: interrupts .*shop\.dog/);
      await expect.poll(() => stage.world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
      await stage.nextRun();
      expect(await stage.edges("us")).toEqual(expect.arrayContaining([dog, cat]));
    });

    test("activate reconnects what was off and is on again, as a socket may stay closed", async () => {
      await afresh();
      const { state } = await stage.provider.subscription.create(stage.edge(dog));
      await expect.poll(() => stage.world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
      await stage.nextRun();
      await stage.provider.subscription.delete(state);
      await stage.nextRun();
      await stage.provider.subscription.create(stage.edge({ ...dog, activate: "reconnect" }));
      await expect.poll(() => stage.world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
      expect(await stage.world.flows("eu", "us", "dog")).toBe(true);
    });
  });
}
