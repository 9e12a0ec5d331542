import { afterEach, beforeEach, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { type FakeCluster, startFakeCluster } from "../fake";

let fake: FakeCluster;
let instances: Instances;
beforeEach(async () => {
  fake = await startFakeCluster({ nodes: ["us-1", "eu-1", "ap-1"] });
  const connections = Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
    `the ${name}`,
    { endpoint, username, password, timeoutSeconds: 600 },
  ]);
  instances = new Instances({ instances: Object.fromEntries(connections), unverified: "keep" });
});
afterEach(async () => {
  instances.cancel();
  await instances.close();
  await fake.close();
});

test("an instance is found by the name it reports", async () => {
  expect((await instances.reporting("eu-1"))?.name).toBe("the eu-1");
  expect(await instances.reporting("nobody")).toBeUndefined();
});

test("one that hangs keeps nobody from finding another", async () => {
  fake.fail("ap-1", { fault: { kind: "hang" } });
  expect((await instances.reporting("eu-1"))?.name).toBe("the eu-1");
});

test("who was found is not asked again, and neither is who was not, for a while", async () => {
  for (let times = 0; times < 3; times++) {
    await instances.reporting("eu-1");
    await instances.reporting("nobody");
  }
  expect(fake.instances["us-1"]?.calls.filter(({ operation }) => operation === "cluster_status")).toHaveLength(1);
});
