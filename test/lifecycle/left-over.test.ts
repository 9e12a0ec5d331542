import { expect, test } from "vitest";
import type { Fault } from "../fake";
import { dog } from "./stage";
import { standIns } from "./stand-ins";

const on = standIns();

const lost: Fault[] = [{ kind: "truncate" }, { kind: "late", ms: 3000 }];
test.each(lost)(
  "an answer of a removal that is lost is no failure where the node is gone: %j",
  async (fault) => {
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    on.stage.world.instances.us.connection.timeoutSeconds = 2;
    await on.stage.nextRun();
    on.fake.fail("us-1", { operation: "remove_node", fault, times: 1 });
    await on.stage.provider.node.delete(state);
    expect([await on.stage.names("us"), await on.stage.names("eu")]).toEqual([[], []]);
  },
  20_000,
);

test("a removal that did not happen fails with its own reason", async () => {
  const { state } = await on.stage.provider.node.create(on.stage.eu());
  await on.stage.nextRun();
  on.fake.fail("us-1", { operation: "remove_node", fault: { kind: "status", status: 500, error: "boom" }, times: 1 });
  await expect(on.stage.provider.node.delete(state)).rejects.toThrow(/remove_node on us: .*boom/);
});

test("a Node that is gone on the target and not on its peer is not gone: it is replaced, or deleted there", async () => {
  const { id, state } = await on.stage.provider.node.create(on.stage.eu());
  // What a provider that is killed between the two ends leaves behind.
  await on.stage.world.ask("us", { operation: "remove_node", hostname: state.name });
  expect([await on.stage.names("us"), await on.stage.names("eu")]).toEqual([["us-1"], ["us-1"]]);
  await on.stage.nextRun();
  const read = await on.stage.provider.node.read(id, state);
  expect(read?.state).toMatchObject({ mirror: "only there" });
  expect(await on.stage.provider.node.diff(read?.state ?? {}, on.stage.eu())).toMatchObject({ replaces: ["mirror"] });
  await on.stage.provider.node.delete(read?.state ?? {});
  expect(await on.stage.names("eu")).toEqual([]);
  expect(await on.stage.provider.node.read(id, state)).toBeUndefined();
});

test("a Subscription that is off on the target and on at its peer is not gone: deleted again, it is off there, too", async () => {
  await on.stage.provider.node.create(on.stage.explicit());
  const { id, state } = await on.stage.provider.subscription.create(on.stage.edge(dog));
  await on.stage.nextRun();
  on.fake.fail("us-1", { operation: "update_node", fault: { kind: "half" }, times: 2 });
  await expect(on.stage.provider.subscription.delete(state)).rejects.toMatchObject({ code: "halfDone" });
  expect([await on.stage.edges("us"), await on.stage.edges("eu")]).toEqual([[], [dog]]);
  await on.stage.nextRun();
  const read = await on.stage.provider.subscription.read(id, state);
  expect(read?.state).toMatchObject({ mirror: "only there" });
  await on.stage.provider.subscription.delete(read?.state ?? {});
  expect(await on.stage.edges("eu")).toEqual([]);
  expect(await on.stage.provider.subscription.read(id, state)).toBeUndefined();
});
