import { describe, expect, test } from "vitest";
import type { Stage } from "../stage";

export function routesLife(stage: Stage) {
  describe("Routes", () => {
    const [a, b, c] = ["wss://127.0.0.97:9933", "wss://127.0.0.98:9933", "wss://127.0.0.99:9944"];
    const list = (...routes: unknown[]) => ({ target: "us", routes });
    const stored = async () => {
      const { replication } = (await stage.world.ask("us", { operation: "get_configuration" })) as {
        replication?: { routes?: unknown };
      };
      return replication?.routes ?? [];
    };
    const store = (...routes: unknown[]) =>
      stage.world.ask("us", { operation: "set_configuration", replication_routes: routes });

    test("made in its order, read without a difference, put in another order, emptied, deleted, deleted again", async () => {
      const { id, state } = await stage.provider.routes.create(list(b, a, c));
      expect(id).toBe(`${stage.us()}/routes`);
      expect(await stored()).toEqual([b, a, c]);
      expect(stage.provider.said.join()).toMatch(/Pending on us: it will dial/);
      await stage.nextRun();
      expect(await stage.provider.routes.read(id, state)).toEqual({ id, state });
      expect(await stage.provider.routes.diff(state, list(b, a, c))).toMatchObject({ changes: false });
      expect(await stage.provider.routes.diff(state, list(a, b, c))).toMatchObject({
        changed: ["routes"],
        replaces: [],
      });
      const other = await stage.provider.routes.update(state, list(a, b, c));
      expect(await stored()).toEqual([a, b, c]);
      const none = await stage.provider.routes.update(other.state, list());
      expect(await stored()).toEqual([]);
      await stage.nextRun();
      expect(await stage.provider.routes.read(id, none.state)).toEqual({ id, state: none.state });
      expect(await stage.provider.routes.diff(none.state, list())).toMatchObject({ changes: false });
      const some = await stage.provider.routes.update(none.state, list(c));
      await stage.nextRun();
      await stage.provider.routes.delete(some.state);
      await stage.provider.routes.delete(some.state);
      expect(await stored()).toEqual([]);
    });

    test("the order is pending until a restart", async () => {
      await store(a, b);
      await stage.world.restart("us");
      await stage.nextRun();
      const { state } = await stage.provider.routes.create(list(a, b));
      expect(stage.provider.said.join()).not.toMatch(/Pending/);
      await stage.provider.routes.update(state, list(b, a));
      expect(stage.provider.said.join()).toMatch(/Pending on us: it will go by another order of its routes/);
      await stage.world.restart("us");
      await stage.nextRun();
      await stage.provider.routes.diff((await stage.provider.routes.read("", state))?.state ?? {}, list(b, a));
      expect(stage.provider.said.join()).not.toMatch(/Pending/);
    });

    test("the spelling of an address says nothing", async () => {
      const { state } = await stage.provider.routes.create(list({ hostname: "127.0.0.97" }, { url: b }, c));
      expect(state.routes).toEqual([{ url: a }, { url: b }, { url: c }]);
      const spelled = list(a, { hostname: "127.0.0.98", port: 9933 }, { url: `${c}/` });
      expect(await stage.provider.routes.diff(state, spelled)).toMatchObject({ changes: false });
    });

    test("settings are written, kept, compared where they are declared, and left alone where they are not", async () => {
      await store({ hostname: "127.0.0.97", port: 9933, startTime: "2026-01-01T00:00:00.000Z", more: 1 }, b);
      const revoked = { url: b, replicates: false, revokedCertificates: ["aa", "bb"] };
      const { state } = await stage.provider.routes.create({ ...list(a, revoked), adopt: "always" });
      expect(state.routes).toEqual([{ url: a }, revoked]);
      const first = { hostname: "127.0.0.97", port: 9933, startTime: "2026-01-01T00:00:00.000Z", more: 1 };
      expect(await stored()).toEqual([first, revoked]);
      const timed = { url: a, startTime: "2026-01-01T01:00:00+01:00" };
      const turned = { ...revoked, revokedCertificates: ["bb", "aa"] };
      expect(
        await stage.provider.routes.diff({ ...state, routes: [timed, revoked] }, list(timed, turned)),
      ).toMatchObject({
        changes: false,
      });
      await stage.nextRun();
      const read = await stage.provider.routes.read("", { ...state, routes: [timed, revoked] });
      expect(await stage.provider.routes.diff(read?.state ?? {}, list(timed, revoked))).toMatchObject({
        changes: false,
      });
      const other = list({ url: a, startTime: "2026-02-01T00:00:00.000Z" }, { url: b, replicates: true });
      await stage.provider.routes.update(state, other);
      expect(await stored()).toEqual([
        { ...first, startTime: "2026-02-01T00:00:00.000Z" },
        { ...revoked, replicates: true },
      ]);
    });

    test("what is there and not declared: refused with its name, removed with adopt, and told before", async () => {
      await store(c, a);
      await stage.provider.routes.check(list(a));
      expect(stage.provider.said.join()).toMatch(
        /wss:\/\/127\.0\.0\.99:9944 is there and not declared, so `up` refuses/,
      );
      await expect(stage.provider.routes.create(list(a))).rejects.toMatchObject({
        message: expect.stringMatching(/wss:\/\/127\.0\.0\.99:9944 is there and not declared.*adopt: "always"/),
      });
      expect(await stored()).toEqual([c, a]);
      await stage.provider.routes.create({ ...list(a), adopt: "always" });
      expect(stage.provider.said.join()).toMatch(/wss:\/\/127\.0\.0\.99:9944 will be removed/);
      expect(await stored()).toEqual([a]);
      await stage.nextRun();
      await stage.provider.routes.create(list(a));
      expect(stage.provider.said.join()).toMatch(/is there already: adopted/);
    });

    test("what others add is drift, with its name, and removed by the next up; what they take away comes back", async () => {
      const { id, state } = await stage.provider.routes.create(list(a, b));
      await store(a, c, b);
      await stage.nextRun();
      const read = await stage.provider.routes.read(id, state);
      expect(read?.state).toMatchObject({ routes: state.routes, undeclared: [c] });
      expect(await stage.provider.routes.diff(read?.state ?? {}, list(a, b))).toMatchObject({
        changed: ["undeclared"],
      });
      expect(stage.provider.said.join()).toMatch(/wss:\/\/127\.0\.0\.99:9944 will be removed/);
      const mended = await stage.provider.routes.update(read?.state ?? {}, list(a, b));
      expect(mended.state.undeclared).toBeUndefined();
      expect(await stored()).toEqual([a, b]);
      await store();
      await stage.nextRun();
      const emptied = await stage.provider.routes.read(id, mended.state);
      expect(emptied?.state.routes).toEqual([]);
      await stage.provider.routes.update(emptied?.state ?? {}, list(a, b));
      expect(await stored()).toEqual([a, b]);
    });

    test("a delete leaves what it did not declare", async () => {
      const { id, state } = await stage.provider.routes.create(list(a, b));
      await store(c, a, b);
      await stage.nextRun();
      const read = await stage.provider.routes.read(id, state);
      await stage.provider.routes.delete(read?.state ?? {});
      expect(await stored()).toEqual([c]);
    });

    test("a Route beside it is an error of both, in whatever order they are checked", async () => {
      const route = { target: "us", url: c };
      const refused = [{ property: "target", reason: expect.stringMatching(/us has Routes? resources, too/) }];
      expect((await stage.provider.routes.check(list(a))).failures).toEqual([]);
      expect((await stage.provider.route.check(route)).failures).toEqual(refused);
      expect((await stage.provider.routes.check(list(a))).failures).toEqual(refused);
      expect((await stage.provider.route.check({ ...route, target: "eu" })).failures).toEqual([]);
      await stage.nextRun();
      expect((await stage.provider.route.check(route)).failures).toEqual([]);
      expect((await stage.provider.routes.check(list(a))).failures).toEqual(refused);
      expect((await stage.provider.route.check(route)).failures).toEqual(refused);
    });
  });
}
