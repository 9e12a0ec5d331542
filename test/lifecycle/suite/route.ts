import { describe, expect, test } from "vitest";
import type { Stage } from "../stage";
import { run } from "../world";

export function routeLife(stage: Stage) {
  describe("Route", () => {
    const to = (port: number) => ({ target: "us", hostname: "127.0.0.99", port });
    const stored = async () => {
      const { replication } = (await stage.world.ask("us", { operation: "get_configuration" })) as {
        replication?: { routes?: unknown };
      };
      return replication?.routes ?? [];
    };

    test("set after set, delete after set, two of one port, a restart between", async () => {
      const a = await stage.provider.route.create(to(9933));
      const b = await stage.provider.route.create({ target: "us", url: "wss://127.0.0.98:9933" });
      expect(await stored()).toEqual(["wss://127.0.0.99:9933", "wss://127.0.0.98:9933"]);
      expect(stage.provider.said.join()).toMatch(/Pending on us: it will dial/);
      await stage.world.restart("us");
      await stage.nextRun();
      expect(await stage.provider.route.diff(a.state, to(9933))).toMatchObject({ changes: false });
      expect(stage.provider.said.join()).not.toMatch(/Pending/);
      const c = await stage.provider.route.create(to(9934));
      await stage.provider.route.delete(b.state);
      await stage.provider.route.delete(b.state);
      expect(await stored()).toEqual(["wss://127.0.0.99:9933", "wss://127.0.0.99:9934"]);
      await stage.nextRun();
      expect(await stage.provider.route.read(c.id, c.state)).toEqual(c);
      expect(await stage.provider.route.read(b.id, b.state)).toBeUndefined();
    });

    test("routes written by others stay as they are, with all they carry", async () => {
      const foreign = { hostname: "127.0.0.97", port: 9933, startTime: 1 };
      await stage.world.ask("us", {
        operation: "set_configuration",
        replication_routes: [foreign, "wss://127.0.0.96:9933"],
      });
      const { state } = await stage.provider.route.create(to(9933));
      expect(await stored()).toEqual([foreign, "wss://127.0.0.96:9933", "wss://127.0.0.99:9933"]);
      await stage.nextRun();
      await stage.provider.route.delete(state);
      expect(await stored()).toEqual([foreign, "wss://127.0.0.96:9933"]);
    });

    test("what others write between two of our writes stays", async () => {
      await stage.provider.route.create(to(9933));
      const theirs = ["wss://127.0.0.99:9933", "wss://127.0.0.96:9933"];
      await stage.world.ask("us", { operation: "set_configuration", replication_routes: theirs });
      await stage.provider.route.create(to(9934));
      expect(await stored()).toEqual([...theirs, "wss://127.0.0.99:9934"]);
    });

    test("two that write at once lose none of each other's, without a lease", async () => {
      const [one, other] = [run(stage.world), run(stage.world)];
      // Two that ask for the status at once get in each other's way, which is another story.
      for (const { route } of [one, other]) await route.check(to(999));
      const ports = Array.from({ length: 10 }, (_, index) => index + 1);
      await Promise.all(ports.flatMap((port) => [one.route.create(to(port)), other.route.create(to(port + 100))]));
      const wanted = ports.flatMap((port) => [port, port + 100]).map((port) => `wss://127.0.0.99:${port}`);
      expect(((await stored()) as string[]).toSorted()).toEqual(wanted.toSorted());
      await Promise.all([one.close(), other.close()]);
    });

    test("the spelling of an address says nothing", async () => {
      const { id, state } = await stage.provider.route.create(to(9933));
      expect(id).toBe(`${stage.us()}/wss://127.0.0.99:9933`);
      expect(await stage.provider.route.diff(state, { target: "us", url: "wss://127.0.0.99:9933" })).toMatchObject({
        changes: false,
      });
      expect(await stage.provider.route.diff(state, to(9934))).toMatchObject({ replaces: ["url"] });
    });
  });
}
