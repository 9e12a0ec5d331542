import { describe, expect, test } from "vitest";
import { cat, dog, type Stage } from "../stage";

/** Short, as nothing is to happen meanwhile. */
export const quick = { stableSeconds: 0.5, timeoutSeconds: 60 };

export function readyLife(stage: Stage) {
  describe("ClusterReady", () => {
    const eu = () => stage.world.instances.eu.reports;
    const barrier = (rest: object = {}) => ({ target: "us", nodes: [eu()], ...quick, ...rest });

    test("is made when an edge is connected on both ends, and says so", async () => {
      await stage.provider.node.create(stage.inline(dog));
      const began = Date.now();
      const { id, state } = await stage.provider.ready.create(barrier());
      expect(id).toBe(`${stage.us()}/ready`);
      expect(state).toMatchObject({ nodes: [eu()], instance: stage.us(), notAsked: [] });
      const evidence = (state.sockets as object[]).map((one) => ({ ...one, lastReceived: undefined }));
      expect(evidence).toEqual([
        { from: eu(), to: stage.us(), database: "shop" },
        { from: stage.us(), to: eu(), database: "shop" },
      ]);
      expect(Date.parse(String(state.readyAt))).toBeGreaterThanOrEqual(began + 500);
      expect(state.looks).toBeGreaterThanOrEqual(2);
    });

    test("of an edge that goes one way, has the one socket that it needs", async () => {
      await stage.provider.node.create(stage.inline(cat));
      const { state } = await stage.provider.ready.create(barrier());
      expect(state.sockets).toMatchObject([{ from: eu(), to: stage.us(), database: "shop" }]);
    });

    test("needs nothing more, and neither reads nor deletes anything", async () => {
      const { state: node } = await stage.provider.node.create(stage.inline(dog));
      const { id, state } = await stage.provider.ready.create(barrier());
      await stage.nextRun();
      expect(await stage.provider.ready.diff(state, barrier())).toMatchObject({ changes: false });
      expect(await stage.provider.ready.read(id, state)).toEqual({ id, state });
      await stage.provider.node.delete(node);
      await stage.nextRun();
      expect(await stage.provider.ready.read(id, state)).toEqual({ id, state });
      expect(await stage.provider.ready.diff(state, barrier())).toMatchObject({ changes: false });
      await stage.provider.ready.delete(state);
      // How an instance is reached is said of each.
      expect(stage.provider.said.filter((line) => !line.includes("insecureSkipTlsVerify"))).toEqual([]);
    });

    test("waits anew for other nodes and triggers, and not for settings or another order", async () => {
      await stage.provider.node.create(stage.inline(dog));
      const ap = stage.world.instances.ap.reports;
      const { state } = await stage.provider.ready.create(barrier({ triggers: ["one"] }));
      const changed = async (rest: object, of = state) => {
        const found = await stage.provider.ready.diff(of, barrier({ triggers: ["one"], ...rest }));
        expect(found.replaces).toEqual([]);
        return found.changed;
      };
      expect(await changed({ triggers: ["two"] })).toEqual(["triggers"]);
      expect(await changed({ triggers: undefined })).toEqual(["triggers"]);
      expect(await changed({ nodes: [eu(), ap] })).toEqual(["nodes"]);
      expect(await changed({ stableSeconds: 1, timeoutSeconds: 61 })).toEqual([]);
      expect(await changed({ nodes: [ap, eu()] }, { ...state, nodes: [eu(), ap] })).toEqual([]);

      const { state: now } = await stage.provider.ready.update(state, barrier());
      expect(Date.parse(String(now.readyAt))).toBeGreaterThan(Date.parse(String(state.readyAt)));
      expect(now).not.toHaveProperty("triggers");
      expect(await stage.provider.ready.diff(now, barrier())).toMatchObject({ changes: false });
    });

    test("fails when time is up, with what is in the way; the next run waits anew", async () => {
      const short = { stableSeconds: 0, timeoutSeconds: 1 };
      const waiting = stage.provider.ready.create(barrier(short));
      await expect(waiting).rejects.toThrow(
        new RegExp(
          `not ready after .* ${stage.us()} has no record of ${eu()}\\. ${eu()} has no record of ${stage.us()}`,
        ),
      );
      await stage.provider.node.create(stage.inline(dog));
      await stage.provider.ready.create(barrier());
    });
  });
}
