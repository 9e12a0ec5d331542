import fc from "fast-check";
import { describe, test, vi } from "vitest";
import { fakeWorld } from "../lifecycle/fake-world";
import type { World } from "../lifecycle/world";
import { foreign, type Script, schedule, script } from "./generators";
import { noForeign } from "./graph";
import * as properties from "./properties";
import { holds } from "./runs";

const frontEnd = fc.constantFrom("plugin" as const, "dynamic" as const);
const engine = frontEnd.map((one) => ({ frontEnd: one, haste: 50 }));
const timeout = Number(process.env.FC_RUNS ?? 1) * 180_000;

/** Each case has a cluster of its own. */
async function onNew(count: number, work: (worlds: World[]) => Promise<void>): Promise<void> {
  const faked = await Promise.all(
    Array.from({ length: count }, () => fakeWorld({ connectMs: 1, joinsAreClose: true })),
  );
  try {
    await work(faked.map(({ world }) => world));
  } finally {
    await Promise.all(faked.map(({ fake }) => fake.close()));
  }
}
const on = (work: (world: World) => Promise<void>) => onNew(1, ([world]) => work(world as World));
const limits = { runs: 170, seconds: 75 };
vi.setConfig({ maxConcurrency: 6 });

// Side by side, as each waits for timers most of the time.
describe.concurrent("random topologies and edits on the stand-in", { timeout }, () => {
  test("after up, preview is empty", () =>
    holds(
      "after up, preview is empty",
      limits,
      fc.asyncProperty(script(2), engine, schedule, (programs: Script, by, order) =>
        on((world) => properties.previewIsEmptyAfterUp(world, by, programs, order)),
      ),
    ));

  test("after import, preview is empty", () =>
    holds(
      "after import, preview is empty",
      limits,
      fc.asyncProperty(script(1), (programs: Script) =>
        on((world) => properties.previewIsEmptyAfterImport(world, { frontEnd: "plugin", haste: 50 }, programs)),
      ),
    ));

  test("up, and the inverse of what was edited: all is as before", () =>
    holds(
      "up, inverse, up",
      limits,
      fc.asyncProperty(script(2, { isReversible: true }), engine, schedule, (programs, by, order) =>
        on((world) => properties.inverseBringsItBack(world, by, programs, order)),
      ),
    ));

  test("whatever order the engine's calls come in, the graph is the same", () =>
    holds(
      "any order, one graph",
      limits,
      fc.asyncProperty(script(2), engine, schedule, schedule, (programs, by, one, other) =>
        onNew(2, (worlds) => properties.everyOrderComesToTheSame(worlds, by, programs, [one, other])),
      ),
    ));

  test("no edit touches what is not in it", () =>
    holds(
      "no edit touches what is not in it",
      limits,
      fc.asyncProperty(
        foreign.chain((theirs) => fc.tuple(fc.constant(theirs), script(2, { beside: theirs }))),
        engine,
        ([theirs, programs], by) => on((world) => properties.nothingElseIsTouched(world, by, programs, theirs)),
      ),
    ));

  test("destroy leaves each instance as it was", () =>
    holds(
      "destroy leaves each instance as it was",
      limits,
      fc.asyncProperty(
        fc.oneof(
          foreign.chain((theirs) => fc.tuple(fc.constant(theirs), script(2, { beside: theirs }))),
          fc.tuple(fc.constant(noForeign), script(2)),
        ),
        engine,
        schedule,
        ([theirs, programs], by, order) =>
          on((world) => properties.destroyLeavesWhatWasThere(world, by, programs, theirs, order)),
      ),
    ));
});
