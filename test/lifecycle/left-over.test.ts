import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../fake";
import { fakeWorld } from "./fake-world";
import { dog, Stage } from "./stage";

let stage: Stage;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
beforeEach(async () => {
  const faked = await fakeWorld();
  fake = faked.fake;
  stage = new Stage(async () => faked.world);
  await stage.begin();
});
afterEach(async () => {
  await stage.end();
  await fake.close();
});

const lost: Fault[] = [{ kind: "truncate" }, { kind: "late", ms: 3000 }];
test.each(lost)(
  "an answer of a removal that is lost is no failure where the node is gone: %j",
  async (fault) => {
    const { state } = await stage.provider.node.create(stage.eu());
    stage.world.instances.us.connection.timeoutSeconds = 2;
    await stage.nextRun();
    fake.fail("us-1", { operation: "remove_node", fault, times: 1 });
    await stage.provider.node.delete(state);
    expect([await stage.names("us"), await stage.names("eu")]).toEqual([[], []]);
  },
  20_000,
);

test("a removal that did not happen fails with its own reason", async () => {
  const { state } = await stage.provider.node.create(stage.eu());
  await stage.nextRun();
  fake.fail("us-1", { operation: "remove_node", fault: { kind: "status", status: 500, error: "boom" }, times: 1 });
  await expect(stage.provider.node.delete(state)).rejects.toThrow(/remove_node on us: .*boom/);
});

test("a Node that is gone on the target and not on its peer is not gone: it is replaced, or deleted there", async () => {
  const { id, state } = await stage.provider.node.create(stage.eu());
  // What a provider that is killed between the two ends leaves behind.
  await stage.world.ask("us", { operation: "remove_node", hostname: state.name });
  expect([await stage.names("us"), await stage.names("eu")]).toEqual([["us-1"], ["us-1"]]);
  await stage.nextRun();
  const read = await stage.provider.node.read(id, state);
  expect(read?.state).toMatchObject({ mirror: "only there" });
  expect(await stage.provider.node.diff(read?.state ?? {}, stage.eu())).toMatchObject({ replaces: ["mirror"] });
  await stage.provider.node.delete(read?.state ?? {});
  expect(await stage.names("eu")).toEqual([]);
  expect(await stage.provider.node.read(id, state)).toBeUndefined();
});

test("a Subscription that is off on the target and on at its peer is not gone: deleted again, it is off there, too", async () => {
  await stage.provider.node.create(stage.explicit());
  const { id, state } = await stage.provider.subscription.create(stage.edge(dog));
  await stage.nextRun();
  fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
  await expect(stage.provider.subscription.delete(state)).rejects.toMatchObject({ code: "halfDone" });
  expect([await stage.edges("us"), await stage.edges("eu")]).toEqual([[], [dog]]);
  await stage.nextRun();
  const read = await stage.provider.subscription.read(id, state);
  expect(read?.state).toMatchObject({ mirror: "only there" });
  await stage.provider.subscription.delete(read?.state ?? {});
  expect(await stage.edges("eu")).toEqual([]);
  expect(await stage.provider.subscription.read(id, state)).toBeUndefined();
});
