import { describe, expect, test } from "vitest";
import { cat, dog, type Stage } from "../stage";
import { peersOf } from "../world";

export function nodeLife(stage: Stage) {
  describe("Node", () => {
    test("full: made on both ends, read without a difference, removed from both ends", async () => {
      const { id, state } = await stage.provider.node.create(stage.eu());
      expect(id).toBe(`${stage.us()}/${stage.world.instances.eu.reports}`);
      expect(state).toMatchObject({
        name: stage.world.instances.eu.reports,
        replicateByDefault: true,
        instance: stage.us(),
      });
      await stage.nextRun();
      expect(await stage.provider.node.read(id, state)).toEqual({ id, state });
      expect(await stage.provider.node.diff(state, stage.eu())).toMatchObject({ changes: false });
      expect(await stage.names("eu")).toContain(stage.us());
      await stage.nextRun();
      await stage.provider.node.delete(state);
      expect([await stage.names("us"), await stage.names("eu")]).toEqual([[], []]);
      await stage.provider.node.delete(state);
    });

    test("explicit: joined with nothing, its edges are not its own", async () => {
      const { state } = await stage.provider.node.create(stage.explicit());
      expect(state).toMatchObject({ replicateByDefault: false });
      expect(state.subscriptions).toBeUndefined();
      expect(await stage.edges("us")).toEqual([]);
      await stage.world.ask("us", { operation: "update_node", hostname: state.name, subscriptions: [dog] });
      await stage.nextRun();
      const read = await stage.provider.node.read("", state);
      expect(read?.state).toEqual(state);
      await stage.provider.node.delete(state);
      expect([await stage.names("us"), await stage.names("eu")]).toEqual([[], []]);
    });

    test("inline: the set is authoritative, whatever its order", async () => {
      const { id, state } = await stage.provider.node.create(stage.inline(dog, cat));
      expect(state.subscriptions).toEqual([dog, cat]);
      expect(await stage.provider.node.diff(state, stage.inline(cat, dog))).toMatchObject({ changes: false });
      expect(await stage.provider.node.diff(state, stage.inline(dog))).toMatchObject({
        changed: ["subscriptions"],
        replaces: [],
      });
      const updated = await stage.provider.node.update(state, stage.inline(dog));
      expect(updated.state.subscriptions).toEqual([dog]);
      await stage.nextRun();
      expect((await stage.provider.node.read(id, updated.state))?.state).toEqual(updated.state);
      expect(await stage.edges("us")).toEqual([dog]);
    });

    test("inline becomes explicit: its edges stay, and that is said; and full", async () => {
      const { state } = await stage.provider.node.create(stage.inline(dog));
      expect(await stage.provider.node.diff(state, stage.explicit())).toMatchObject({
        changed: ["subscriptions"],
        replaces: [],
      });
      const explicit = await stage.provider.node.update(state, stage.explicit());
      expect(explicit.state.subscriptions).toBeUndefined();
      expect(stage.provider.said.join()).toMatch(/stay as they are: shop\.dog/);
      expect(await stage.edges("us")).toEqual([dog]);
      await stage.nextRun();
      expect(await stage.provider.node.diff(explicit.state, stage.explicit())).toMatchObject({ changes: false });
      const again = await stage.provider.node.update(explicit.state, stage.inline(dog));
      const full = await stage.provider.node.update(again.state, stage.eu());
      expect(full.state).toMatchObject({ replicateByDefault: true });
      expect(full.state.subscriptions).toBeUndefined();
    });

    test("hostname and url of one address are the same, whatever the case", async () => {
      const { hostname, ...rest } = stage.explicit();
      const { id, state } = await stage.provider.node.create({ ...rest, hostname: hostname.toUpperCase() });
      expect(id).toBe(`${stage.us()}/${hostname}`);
      expect(await stage.provider.node.diff(state, stage.explicit())).toMatchObject({ changes: false });
      const url = `wss://${hostname}:9933`;
      expect(await stage.provider.node.diff(state, { ...rest, url })).toMatchObject({ changes: false });
      expect(await stage.provider.node.diff(state, { ...rest, url: `wss://${hostname}:9934` })).toMatchObject({
        replaces: ["url"],
      });
      expect(await stage.provider.node.diff(state, { ...rest, hostname: "elsewhere" })).toMatchObject({
        replaces: ["hostname"],
      });
    });

    test("edges added by hand to an inline node are drift, and are turned off again", async () => {
      const { id, state } = await stage.provider.node.create(stage.inline(dog));
      await stage.world.ask("us", { operation: "update_node", hostname: state.name, subscriptions: [cat] });
      await stage.nextRun();
      const read = await stage.provider.node.read(id, state);
      expect(read?.state.subscriptions).toEqual([dog, cat]);
      const { state: mended } = await stage.provider.node.update(read?.state ?? {}, stage.inline(dog));
      expect(mended.subscriptions).toEqual([dog]);
    });

    test("explicit becomes full in place, full becomes explicit by replacement", async () => {
      const { state } = await stage.provider.node.create(stage.explicit());
      expect(await stage.provider.node.diff(state, stage.eu())).toMatchObject({
        changed: ["replicateByDefault"],
        replaces: [],
      });
      const full = await stage.provider.node.update(state, stage.eu());
      expect(full.state.replicateByDefault).toBe(true);
      const back = await stage.provider.node.diff(full.state, stage.explicit());
      expect(back).toMatchObject({ replaces: ["replicateByDefault"], deleteBeforeReplace: true });
      await stage.provider.node.delete(full.state);
      const again = await stage.provider.node.create(stage.explicit());
      expect(again.state.replicateByDefault).toBe(false);
      expect((await peersOf(stage.world, "eu"))[0]?.replicates).toBeFalsy();
    });

    test("revoked certificates are added in place; taking one away replaces", async () => {
      if (stage.world.differs.revokedCertificates) {
        const create = stage.provider.node.create({ ...stage.explicit(), revokedCertificates: ["a1"] });
        await expect(create).rejects.toThrow(/revokedCertificates is \[\] instead of \["a1"\]/);
        return;
      }
      const { state } = await stage.provider.node.create({ ...stage.explicit(), revokedCertificates: ["a1"] });
      const more = { ...stage.explicit(), revokedCertificates: ["a1", "b2"] };
      expect(await stage.provider.node.diff(state, more)).toMatchObject({
        changed: ["revokedCertificates"],
        replaces: [],
      });
      const updated = await stage.provider.node.update(state, more);
      expect(new Set(updated.state.revokedCertificates as string[])).toEqual(new Set(["a1", "b2"]));
      expect(
        await stage.provider.node.diff(updated.state, { ...stage.explicit(), revokedCertificates: ["b2"] }),
      ).toMatchObject({
        replaces: ["revokedCertificates"],
      });
    });

    test("what cannot be read back is no difference", async () => {
      const { state } = await stage.provider.node.create(stage.explicit());
      const rotated = {
        ...stage.explicit(),
        verifyTls: true,
        authorization: "Basic eDp5",
        startTime: "2026-01-01T00:00:00Z",
      };
      expect(await stage.provider.node.diff(state, rotated)).toMatchObject({ changes: false });
    });

    test("removed by hand: read as absent", async () => {
      const { id, state } = await stage.provider.node.create(stage.explicit());
      await stage.world.ask("us", { operation: "remove_node", hostname: state.name });
      await stage.nextRun();
      expect(await stage.provider.node.read(id, state)).toBeUndefined();
    });

    test("what is there and identical is adopted, and that is said", async () => {
      await stage.provider.node.create(stage.inline(dog));
      await stage.nextRun();
      await stage.provider.node.create(stage.inline(dog));
      expect(stage.provider.said.join()).toMatch(/is there already: adopted/);
    });

    test("what is there and differs is refused, naming adopt; adopt takes it over", async () => {
      await stage.provider.node.create(stage.inline(dog));
      await stage.nextRun();
      await expect(stage.provider.node.create(stage.inline(cat))).rejects.toMatchObject({
        message: expect.stringMatching(/adopt: "always"/),
      });
      const { state } = await stage.provider.node.create({ ...stage.inline(cat), adopt: "always" });
      expect(state.subscriptions).toEqual([cat]);
      await stage.nextRun();
      await expect(stage.provider.node.create({ ...stage.inline(cat), adopt: "never" })).rejects.toMatchObject({});
    });
  });
}
