import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/lifecycle";
import { authorizationOf, emptied, peersOf, run, type World } from "./world";

const dog = { database: "shop", table: "dog", subscribe: true, publish: true };
const cat = { database: "shop", table: "cat", subscribe: true, publish: false };

/** The whole life of every resource, the same on the stand-in and on real instances. */
export function lifecycleSuite(label: string, open: () => Promise<World>) {
  describe(`lifecycle on ${label}`, () => {
    let world: World;
    let provider: ReturnType<typeof run>;
    /** What `pulumi` does between two commands: another process of the provider. */
    const nextRun = async () => {
      await provider.close();
      provider = run(world);
    };
    const eu = () => ({
      target: "us",
      hostname: world.instances.eu.reports,
      verifyTls: false,
      authorization: authorizationOf(world.instances.eu.connection),
    });
    const explicit = () => ({ ...eu(), replicateByDefault: false });
    const inline = (...subscriptions: object[]) => ({ ...eu(), subscriptions });
    const edge = (rest: object) => ({ target: "us", node: world.instances.eu.reports, ...rest });
    const us = () => world.instances.us.reports;
    const names = async (of: "us" | "eu" | "ap") => (await peersOf(world, of)).map(({ name }) => name).sort();
    /** What an instance has of its peer; a row of its own, which full replication leaves behind, does not count. */
    const edges = async (of: "us" | "eu") => {
      const peer = world.instances[of === "us" ? "eu" : "us"].reports;
      const row = (await peersOf(world, of)).find(({ name }) => name === peer);
      return row?.subscriptions?.filter((entry) => entry.subscribe || entry.publish);
    };

    beforeEach(async () => {
      world ??= await open();
      await emptied(world);
      provider = run(world);
    });
    afterEach(() => provider.close());

    describe("Node", () => {
      test("full: made on both ends, read without a difference, removed from both ends", async () => {
        const { id, state } = await provider.node.create(eu());
        expect(id).toBe(`${us()}/${world.instances.eu.reports}`);
        expect(state).toMatchObject({ name: world.instances.eu.reports, replicateByDefault: true, instance: us() });
        await nextRun();
        expect(await provider.node.read(id, state)).toEqual({ id, state });
        expect(await provider.node.diff(state, eu())).toMatchObject({ changes: false });
        expect(await names("eu")).toContain(us());
        await provider.node.delete(state);
        expect([await names("us"), await names("eu")]).toEqual([[], []]);
        await provider.node.delete(state);
      });

      test("explicit: joined with nothing, its edges are not its own", async () => {
        const { state } = await provider.node.create(explicit());
        expect(state).toMatchObject({ replicateByDefault: false });
        expect(state.subscriptions).toBeUndefined();
        expect(await edges("us")).toEqual([]);
        await world.ask("us", { operation: "update_node", hostname: state.name, subscriptions: [dog] });
        await nextRun();
        const read = await provider.node.read("", state);
        expect(read?.state).toEqual(state);
        await provider.node.delete(state);
        expect([await names("us"), await names("eu")]).toEqual([[], []]);
      });

      test("inline: the set is authoritative, whatever its order", async () => {
        const { id, state } = await provider.node.create(inline(dog, cat));
        expect(state.subscriptions).toEqual([dog, cat]);
        expect(await provider.node.diff(state, inline(cat, dog))).toMatchObject({ changes: false });
        expect(await provider.node.diff(state, inline(dog))).toMatchObject({
          changed: ["subscriptions"],
          replaces: [],
        });
        const updated = await provider.node.update(state, inline(dog));
        expect(updated.state.subscriptions).toEqual([dog]);
        await nextRun();
        expect((await provider.node.read(id, updated.state))?.state).toEqual(updated.state);
        expect(await edges("us")).toEqual([dog]);
      });

      test("edges added by hand to an inline node are drift, and are turned off again", async () => {
        const { id, state } = await provider.node.create(inline(dog));
        await world.ask("us", { operation: "update_node", hostname: state.name, subscriptions: [cat] });
        await nextRun();
        const read = await provider.node.read(id, state);
        expect(read?.state.subscriptions).toEqual([dog, cat]);
        const { state: mended } = await provider.node.update(read?.state ?? {}, inline(dog));
        expect(mended.subscriptions).toEqual([dog]);
      });

      test("explicit becomes full in place, full becomes explicit by replacement", async () => {
        const { state } = await provider.node.create(explicit());
        expect(await provider.node.diff(state, eu())).toMatchObject({ changed: ["replicateByDefault"], replaces: [] });
        const full = await provider.node.update(state, eu());
        expect(full.state.replicateByDefault).toBe(true);
        const back = await provider.node.diff(full.state, explicit());
        expect(back).toMatchObject({ replaces: ["replicateByDefault"], deleteBeforeReplace: true });
        await provider.node.delete(full.state);
        const again = await provider.node.create(explicit());
        expect(again.state.replicateByDefault).toBe(false);
        expect((await peersOf(world, "eu"))[0]?.replicates).toBeFalsy();
      });

      test("revoked certificates are added in place; taking one away replaces", async () => {
        const { state } = await provider.node.create({ ...explicit(), revokedCertificates: ["a1"] });
        const more = { ...explicit(), revokedCertificates: ["a1", "b2"] };
        expect(await provider.node.diff(state, more)).toMatchObject({ changed: ["revokedCertificates"], replaces: [] });
        const updated = await provider.node.update(state, more);
        expect(new Set(updated.state.revokedCertificates as string[])).toEqual(new Set(["a1", "b2"]));
        expect(await provider.node.diff(updated.state, { ...explicit(), revokedCertificates: ["b2"] })).toMatchObject({
          replaces: ["revokedCertificates"],
        });
      });

      test("what cannot be read back is no difference", async () => {
        const { state } = await provider.node.create(explicit());
        const rotated = {
          ...explicit(),
          verifyTls: true,
          authorization: "Basic eDp5",
          startTime: "2026-01-01T00:00:00Z",
        };
        expect(await provider.node.diff(state, rotated)).toMatchObject({ changes: false });
      });

      test("removed by hand: read as absent", async () => {
        const { id, state } = await provider.node.create(explicit());
        await world.ask("us", { operation: "remove_node", hostname: state.name });
        await nextRun();
        expect(await provider.node.read(id, state)).toBeUndefined();
      });

      test("what is there and identical is adopted, and that is said", async () => {
        await provider.node.create(inline(dog));
        await nextRun();
        await provider.node.create(inline(dog));
        expect(provider.said.join()).toMatch(/is there already: adopted/);
      });

      test("what is there and differs is refused, naming adopt; adopt takes it over", async () => {
        await provider.node.create(inline(dog));
        await nextRun();
        await expect(provider.node.create(inline(cat))).rejects.toMatchObject({
          code: "exists",
          message: expect.stringMatching(/adopt: "always"/),
        });
        const { state } = await provider.node.create({ ...inline(cat), adopt: "always" });
        expect(state.subscriptions).toEqual([cat]);
        await nextRun();
        await expect(provider.node.create({ ...inline(cat), adopt: "never" })).rejects.toMatchObject({
          code: "exists",
        });
      });
    });

    describe("Subscription", () => {
      /** What was bound before binds no more: the tests of what flows start with processes that know nothing. */
      const afresh = async () => {
        await Promise.all([world.restart("us"), world.restart("eu")]);
        await nextRun();
      };
      beforeEach(async () => {
        await provider.node.create(explicit());
      });

      test("made, read without a difference, changed, removed, removed again", async () => {
        const { id, state } = await provider.subscription.create(edge(cat));
        expect(id).toBe(`${us()}/${world.instances.eu.reports}/shop/cat`);
        expect(await edges("us")).toEqual([cat]);
        expect(await edges("eu")).toEqual([{ ...cat, subscribe: false, publish: true }]);
        await nextRun();
        expect(await provider.subscription.read(id, state)).toEqual({ id, state });
        expect(await provider.subscription.diff(state, edge(cat))).toMatchObject({ changes: false });
        const both = edge({ ...cat, publish: true });
        expect(await provider.subscription.diff(state, both)).toMatchObject({ changed: ["publish"], replaces: [] });
        const { state: updated } = await provider.subscription.update(state, both);
        expect(updated.publish).toBe(true);
        await provider.subscription.delete(updated);
        expect(await edges("us")).toEqual([]);
        await provider.subscription.delete(updated);
      });

      test("each part of its identity replaces", async () => {
        const { state } = await provider.subscription.create(edge(dog));
        expect(await provider.subscription.diff(state, edge({ ...dog, table: "cat" }))).toMatchObject({
          replaces: ["table"],
        });
        expect(await provider.subscription.diff(state, edge({ ...dog, node: "other" }))).toMatchObject({
          replaces: ["node"],
        });
      });

      test("turned off by hand: read as absent; changed by hand: read as it is", async () => {
        const { id, state } = await provider.subscription.create(edge(dog));
        await world.ask("us", {
          operation: "update_node",
          hostname: state.node,
          subscriptions: [{ ...dog, publish: false }],
        });
        await nextRun();
        expect((await provider.subscription.read(id, state))?.state.publish).toBe(false);
        await world.ask("us", {
          operation: "update_node",
          hostname: state.node,
          subscriptions: [{ ...dog, subscribe: false, publish: false }],
        });
        await nextRun();
        expect(await provider.subscription.read(id, state)).toBeUndefined();
      });

      test("a table the instance lacks fails in the check, with a way round", async () => {
        const { failures } = await provider.subscription.check(edge({ ...dog, table: "dgo" }));
        expect(failures).toEqual([{ property: "table", reason: expect.stringContaining('"dgo" is not a table') }]);
        expect(
          (await provider.subscription.check(edge({ ...dog, table: "dgo", requireTables: false }))).failures,
        ).toEqual([]);
      });

      test("on a node that replicates everything it is an error, not a no-op", async () => {
        await provider.node.update(
          (await provider.node.read("", { ...explicit(), name: world.instances.eu.reports, instance: us() }))?.state ??
            {},
          eu(),
        );
        await nextRun();
        const { failures } = await provider.subscription.check(edge(dog));
        expect(failures).toMatchObject([
          { property: "node", reason: expect.stringContaining("replicateByDefault: false") },
        ]);
      });

      test("an edge to a node that is not there is refused with the way out", async () => {
        const made = provider.subscription.create(edge({ ...dog, node: "nowhere" }));
        await expect(made).rejects.toMatchObject({
          code: "notFound",
          message: expect.stringContaining("Declare it as a Node"),
        });
      });

      test("rows of the first edge flow; of one added to a connected database only after a restart, and that is said", async () => {
        await afresh();
        await provider.subscription.create(edge(dog));
        expect(provider.said.join()).not.toMatch(/Pending/);
        await expect.poll(() => world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
        await nextRun();
        const { state } = await provider.subscription.create(edge(cat));
        expect(provider.said.join()).toMatch(/Pending on us: .*shop\.cat/);
        expect(await world.flows("eu", "us", "cat")).toBe(false);
        await world.restart("us");
        await nextRun();
        await expect.poll(() => world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
        await provider.subscription.diff(state, edge(cat));
        expect(provider.said.join()).not.toMatch(/Pending/);
      });

      test("one that is turned off beside others goes on until a restart, and that is said", async () => {
        await afresh();
        await provider.subscription.create(edge(dog));
        const { state } = await provider.subscription.create(edge(cat));
        await world.restart("us");
        await world.restart("eu");
        await nextRun();
        await expect.poll(() => world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
        await provider.subscription.delete(state);
        expect(provider.said.join()).toMatch(/turned off, but rows still come .*shop\.cat/);
        expect(await world.flows("eu", "us", "cat")).toBe(true);
      });

      test("activate reconnects and says what that interrupts", async () => {
        await afresh();
        await provider.subscription.create(edge(dog));
        await expect.poll(() => world.flows("us", "eu", "dog"), { timeout: 20_000 }).toBe(true);
        await nextRun();
        await provider.subscription.create(edge({ ...cat, activate: "reconnect" }));
        expect(provider.said.join()).toMatch(/Reconnecting us and .*: interrupts .*shop\.dog/);
        await expect.poll(() => world.flows("eu", "us", "cat"), { timeout: 30_000 }).toBe(true);
        await nextRun();
        expect(await edges("us")).toEqual(expect.arrayContaining([dog, cat]));
      });
    });

    describe("Route", () => {
      const to = (port: number) => ({ target: "us", hostname: "127.0.0.99", port });
      const stored = async () => {
        const { replication } = (await world.ask("us", { operation: "get_configuration" })) as {
          replication?: { routes?: unknown };
        };
        return replication?.routes ?? [];
      };

      test("set after set, delete after set, two of one port, a restart between", async () => {
        const a = await provider.route.create(to(9933));
        const b = await provider.route.create({ target: "us", url: "wss://127.0.0.98:9933" });
        expect(await stored()).toEqual(["wss://127.0.0.99:9933", "wss://127.0.0.98:9933"]);
        expect(provider.said.join()).toMatch(/Pending on us: it will dial/);
        await world.restart("us");
        await nextRun();
        expect(await provider.route.diff(a.state, to(9933))).toMatchObject({ changes: false });
        expect(provider.said.join()).not.toMatch(/Pending/);
        const c = await provider.route.create(to(9934));
        await provider.route.delete(b.state);
        await provider.route.delete(b.state);
        expect(await stored()).toEqual(["wss://127.0.0.99:9933", "wss://127.0.0.99:9934"]);
        await nextRun();
        expect(await provider.route.read(c.id, c.state)).toEqual(c);
        expect(await provider.route.read(b.id, b.state)).toBeUndefined();
      });

      test("routes written by others stay as they are, with all they carry", async () => {
        const foreign = { hostname: "127.0.0.97", port: 9933, startTime: 1 };
        await world.ask("us", {
          operation: "set_configuration",
          replication_routes: [foreign, "wss://127.0.0.96:9933"],
        });
        const { state } = await provider.route.create(to(9933));
        expect(await stored()).toEqual([foreign, "wss://127.0.0.96:9933", "wss://127.0.0.99:9933"]);
        await provider.route.delete(state);
        expect(await stored()).toEqual([foreign, "wss://127.0.0.96:9933"]);
      });

      test("the spelling of an address says nothing", async () => {
        const { id, state } = await provider.route.create(to(9933));
        expect(id).toBe(`${us()}/wss://127.0.0.99:9933`);
        expect(await provider.route.diff(state, { target: "us", url: "wss://127.0.0.99:9933" })).toMatchObject({
          changes: false,
        });
        expect(await provider.route.diff(state, to(9934))).toMatchObject({ replaces: ["url"] });
      });
    });

    describe("wrong input fails in the check, with its path", () => {
      test.each([
        ["node", { target: "us" }, "hostname"],
        ["node", { target: "nobody", hostname: "x" }, "target"],
        ["node", { target: "us", hostname: "x", url: "wss://y:1" }, "url"],
        ["node", { target: "us", hostname: "x", subscriptions: [{ database: "shop" }] }, "subscriptions[0].table"],
        ["node", { target: "us", hostname: "x", subscriptions: [dog, { ...dog }] }, "subscriptions[1].table"],
        ["node", { target: "us", hostname: "x", subscriptions: [{ ...dog, table: "none" }] }, "subscriptions[0].table"],
        ["node", { target: "us", hostname: "x", subscriptions: [dog], replicateByDefault: true }, "subscriptions"],
        ["node", { target: "us", hostname: "x", startTime: "yesterday" }, "startTime"],
        ["node", { target: "us", hostname: "x", shard: "one" }, "shard"],
        ["node", { target: "us", hostname: "x", authorization: { username: "u" } }, "authorization.password"],
        ["node", { target: "us", hostname: "x", hostnmae: "x" }, "hostnmae"],
        ["node", { target: { endpoint: "http://u:p@h:1" }, hostname: "x" }, "target.endpoint"],
        ["subscription", { target: "us", node: "n", database: "shop" }, "table"],
        ["subscription", { target: "us", node: "n", database: "system", table: "hdb_user" }, "database"],
        ["subscription", { target: "us", node: "n", ...dog, subscribe: false, publish: false }, "subscribe"],
        ["route", { target: "us", hostname: "h", port: 99999 }, "port"],
        ["route", { target: "us", url: "junk string" }, "url"],
      ] as const)("%s %j: %s", async (resource, inputs, property) => {
        const { failures } = await provider[resource].check(inputs);
        expect(failures.map((failure) => failure.property)).toEqual([property]);
      });
    });

    test("half done: the object stays in state with the reason, and the next update completes it", async () => {
      const wrong = { ...explicit(), authorization: { username: "nobody", password: "wrong" } };
      const failed = await provider.node.create(wrong).catch((error: unknown) => error);
      if (failed instanceof PartialFailure) {
        await nextRun();
        const { state } = await provider.node.update(failed.state, explicit());
        expect(state.name).toBe(world.instances.eu.reports);
        expect(await names("eu")).toContain(us());
      } else {
        expect(failed).toMatchObject({ code: expect.any(String), message: expect.stringContaining("add_node on us") });
      }
    });
  });
}
