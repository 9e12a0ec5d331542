import { describe, expect, test } from "vitest";
import { cat, dog, type Stage } from "../stage";
import { authorizationOf, peersOf } from "../world";

export function clusterConfigurationLife(stage: Stage) {
  describe("ClusterConfiguration", () => {
    const name = (of: "us" | "eu" | "ap") => stage.world.instances[of].reports;
    /** A connection as a program declares it. */
    const to = (of: "eu" | "ap", more: object = {}) => ({
      hostname: name(of),
      verifyTls: false,
      authorization: authorizationOf(stage.world.instances[of].connection),
      ...more,
    });
    const explicit = (of: "eu" | "ap", ...subscriptions: object[]) => to(of, { subscriptions });
    const all = (...connections: object[]) => ({ target: "us", connections });
    const peers = async (of: "us" | "eu" | "ap") => (await stage.names(of)).filter((one) => one !== name(of));
    const by = <T extends { name: string }>(list: T[]) => list.map((one) => one.name).sort();

    test("made on both ends, read without a difference in any order, changed, and removed from both ends", async () => {
      const { id, state } = await stage.provider.configuration.create(all(explicit("eu", dog), explicit("ap", cat)));
      expect(id).toBe(`${stage.us()}/configuration`);
      expect(by(state.members as { name: string }[])).toEqual([name("eu"), name("ap")].sort());
      expect(state.connections).toEqual([
        { hostname: name("eu"), subscriptions: [dog] },
        { hostname: name("ap"), subscriptions: [cat] },
      ]);
      expect(await peers("us")).toEqual([name("eu"), name("ap")].sort());
      expect([await peers("eu"), await peers("ap")]).toEqual([[name("us")], [name("us")]]);
      await stage.nextRun();
      expect(await stage.provider.configuration.read(id, state)).toEqual({ id, state });
      const turned = all(explicit("ap", cat), explicit("eu", dog));
      expect(await stage.provider.configuration.diff(state, turned)).toMatchObject({ changes: false });
      const other = all(explicit("ap", cat), explicit("eu", dog, cat));
      expect(await stage.provider.configuration.diff(state, other)).toMatchObject({
        changed: ["connections"],
        replaces: [],
      });
      const updated = await stage.provider.configuration.update(state, other);
      expect(await stage.edges("us")).toEqual(expect.arrayContaining([dog, cat]));
      expect(await stage.provider.configuration.diff(updated.state, other)).toMatchObject({ changes: false });
      await stage.nextRun();
      await stage.provider.configuration.delete(updated.state);
      expect([await peers("us"), await peers("eu"), await peers("ap")]).toEqual([[], [], []]);
      await stage.provider.configuration.delete(updated.state);
    });

    test("one that is taken out goes from both ends, and the others stay", async () => {
      const both = all(explicit("eu", dog), explicit("ap", cat));
      const { state } = await stage.provider.configuration.create(both);
      await stage.nextRun();
      const one = all(explicit("eu", dog));
      expect(await stage.provider.configuration.diff(state, one)).toMatchObject({ changed: ["connections"] });
      expect(stage.provider.said.join()).toMatch(
        `${name("ap")} will be removed on both ends, as it is no longer declared`,
      );
      const updated = await stage.provider.configuration.update(state, one);
      expect([await peers("us"), await peers("ap")]).toEqual([[name("eu")], []]);
      expect(updated.state.undeclared).toBeUndefined();
      expect(by(updated.state.members as { name: string }[])).toEqual([name("eu")]);
    });

    test("a full mesh, and one of it made explicit by being removed first", async () => {
      const { id, state } = await stage.provider.configuration.create(all(to("eu"), to("ap")));
      expect(state.connections).toEqual([{ hostname: name("eu") }, { hostname: name("ap") }]);
      await stage.nextRun();
      expect(await stage.provider.configuration.read(id, state)).toEqual({ id, state });
      expect(await stage.provider.configuration.diff(state, all(to("ap"), to("eu")))).toMatchObject({ changes: false });
      await stage.provider.configuration.update(state, all(to("ap"), explicit("eu", dog)));
      expect((await peersOf(stage.world, "us")).find((row) => row.name === name("eu"))?.replicates).toBeFalsy();
      expect(await stage.edges("us")).toEqual([dog]);
    });

    test("what is there and not declared stops the preview with its name, unless it is to be removed, which is told", async () => {
      await stage.provider.node.create({ target: "us", ...to("ap"), replicateByDefault: false });
      await stage.nextRun();
      const { failures } = await stage.provider.configuration.check(all(explicit("eu", dog)));
      const named = failures.map(({ property, reason }) => `${property} ${reason}`.trim());
      expect(named).toEqual([
        expect.stringMatching(
          `^connections .*${name("ap")} is a peer of us and not declared.*removeUnmanaged: true.*full mesh`,
        ),
      ]);
      expect(await peers("us")).toEqual([name("ap")]);
      await stage.provider.configuration.create({ ...all(explicit("eu", dog)), removeUnmanaged: true });
      expect(stage.provider.said.join()).toMatch(
        `${name("ap")} will be removed on both ends, as it is there and not declared`,
      );
      expect([await peers("us"), await peers("ap")]).toEqual([[name("eu")], []]);
    });

    test("what others add is drift with its name; what they take away is joined again", async () => {
      const declared = { ...all(explicit("eu", dog)), removeUnmanaged: true };
      const { id, state } = await stage.provider.configuration.create(declared);
      await stage.world.ask("us", { operation: "add_node", verify_tls: false, ...to("ap", { subscriptions: [cat] }) });
      await stage.nextRun();
      const read = await stage.provider.configuration.read(id, state);
      expect(read?.state).toMatchObject({ connections: state.connections, undeclared: [name("ap")] });
      expect(await stage.provider.configuration.diff(read?.state ?? {}, declared)).toMatchObject({
        changed: ["undeclared"],
      });
      await stage.provider.configuration.update(read?.state ?? {}, declared);
      expect(await peers("us")).toEqual([name("eu")]);
      await stage.world.ask("us", { operation: "remove_node", hostname: name("eu") });
      await stage.nextRun();
      const gone = await stage.provider.configuration.read(id, state);
      expect(await stage.provider.configuration.diff(gone?.state ?? {}, declared)).toMatchObject({ changes: true });
      await stage.provider.configuration.update(gone?.state ?? {}, declared);
      expect([await peers("us"), await peers("eu")]).toEqual([[name("eu")], [name("us")]]);
    });

    test("a delete leaves what it did not declare", async () => {
      const { state } = await stage.provider.configuration.create(all(explicit("eu", dog)));
      await stage.world.ask("us", { operation: "add_node", verify_tls: false, ...to("ap", { subscriptions: [cat] }) });
      await stage.nextRun();
      const read = await stage.provider.configuration.read("", state);
      await stage.provider.configuration.delete(read?.state ?? {});
      expect([await peers("us"), await peers("eu"), await peers("ap")]).toEqual([[name("ap")], [], [name("us")]]);
    });

    test("what is there and identical is adopted, what is missing of it is made, what differs is refused", async () => {
      await stage.provider.node.create({ target: "us", ...explicit("eu", dog) });
      await stage.nextRun();
      const made = stage.provider.configuration.create(all(explicit("eu", cat), explicit("ap", dog)));
      await expect(made).rejects.toMatchObject({ message: expect.stringMatching(/adopt: "always"/) });
      expect(await peers("ap")).toEqual([]);
      await stage.nextRun();
      const { state } = await stage.provider.configuration.create(all(explicit("eu", dog), explicit("ap", dog)));
      expect(stage.provider.said.join()).toMatch(/is there already: adopted/);
      expect(state.connections).toHaveLength(2);
      expect(await peers("us")).toEqual([name("eu"), name("ap")].sort());
    });

    test("beside Nodes or Subscriptions of the same target it is an error of both, in whatever order", async () => {
      const refused = [{ property: "target", reason: expect.stringMatching(/each would undo the other/) }];
      const edge = { target: "us", node: name("eu"), ...dog };
      expect((await stage.provider.configuration.check(all(explicit("eu", dog)))).failures).toEqual([]);
      expect((await stage.provider.node.check(stage.explicit())).failures).toEqual(refused);
      expect((await stage.provider.configuration.check(all(explicit("eu", dog)))).failures).toEqual(refused);
      await stage.nextRun();
      await stage.provider.subscription.check(edge);
      expect((await stage.provider.configuration.check(all(explicit("ap", dog)))).failures).toEqual(refused);
      expect((await stage.provider.node.check({ ...stage.explicit(), target: "ap" })).failures).toEqual([]);
    });
  });
}
