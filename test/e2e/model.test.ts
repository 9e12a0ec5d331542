import fc from "fast-check";
import { afterEach, describe, test } from "vitest";
import { realWorld } from "../lifecycle/real-world";
import { emptied, type World } from "../lifecycle/world";
import { foreign, schedule, script } from "../model/generators";
import { noForeign } from "../model/graph";
import * as properties from "../model/properties";
import { holds } from "../model/runs";
import { Stage } from "../model/stage";

const engine = fc.constantFrom("plugin" as const, "dynamic" as const).map((frontEnd) => ({ frontEnd, haste: 1 }));
// Explicit joins only: a peer that had some and joins with full replication afterwards is deaf at times, as long as its
// process lives.
// And from one instance, as a certificate that a third one signs is not trusted by those who knew the peer before.
const beside = noForeign;
const hub = "us" as const;
const theirs = foreign.map(({ joins: { "eu-ap": _, ...joins }, routes }) => ({ joins, routes }));
const limits = { runs: 6, seconds: 30 };

/** One case at a time on the same instances; the one that was under way when the time was up is waited for. */
let underWay: Promise<void> = Promise.resolve();
const on = (work: (world: World) => Promise<void>) => {
  underWay = realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? "").then(async (world) => {
    await emptied(world);
    await work(world);
  });
  return underWay;
};
afterEach(() => underWay.catch(() => {}));

// First, while the instances are new.
describe("meshes", () => {
  test.each(properties.meshesThatChange.slice(0, 4))("%s, then %s", (...programs) =>
    on((world) => properties.livesThrough(new Stage(world, { frontEnd: "plugin", haste: 1 }), programs)),
  );
});

describe("random topologies and edits on real instances", () => {
  test("after up, preview is empty", () =>
    holds(
      "after up, preview is empty, really",
      limits,
      fc.asyncProperty(script(1, { beside, hub }), engine, schedule, (programs, by, order) =>
        on((world) => properties.previewIsEmptyAfterUp(world, by, programs, order)),
      ),
    ));

  test("after import, preview is empty", () =>
    holds(
      "after import, preview is empty, really",
      limits,
      fc.asyncProperty(script(1, { beside, hub }), (programs) =>
        on((world) => properties.previewIsEmptyAfterImport(world, { frontEnd: "plugin", haste: 1 }, programs)),
      ),
    ));

  test("up, and the inverse of what was edited: all is as before", () =>
    holds(
      "up, inverse, up, really",
      limits,
      fc.asyncProperty(script(1, { beside, hub, isReversible: true }), engine, schedule, (programs, by, order) =>
        on((world) => properties.inverseBringsItBack(world, by, programs, order)),
      ),
    ));

  test("no edit touches what is not in it, and destroy leaves each instance as it was", () =>
    holds(
      "no edit touches what is not in it, really",
      limits,
      fc.asyncProperty(
        theirs.chain((made) => fc.tuple(fc.constant(made), script(1, { beside: made, hub }))),
        engine,
        schedule,
        ([made, programs], by, order) =>
          on(async (world) => {
            await properties.nothingElseIsTouched(world, by, programs, made);
            await emptied(world);
            await properties.destroyLeavesWhatWasThere(world, by, programs, made, order);
          }),
      ),
    ));
});
