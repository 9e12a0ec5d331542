import { afterEach, beforeEach, expect, test } from "vitest";
import { type Instance, Instances } from "../../provider/instances";
import { type FakeCluster, startFakeCluster } from "../fake";

let fake: FakeCluster;
let instances: Instances;
const settingsOf = () =>
  Object.fromEntries(
    Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
      `the ${name}`,
      { endpoint, username, password, timeoutSeconds: 600 },
    ]),
  );
beforeEach(async () => {
  fake = await startFakeCluster({ nodes: ["us-1", "eu-1", "ap-1"] });
  instances = new Instances({ instances: settingsOf(), unverified: "keep" });
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

test("one that was asked in vain is known as soon as it says its name", async () => {
  await fake.stop("eu-1");
  const impatient = new Instances({
    instances: Object.fromEntries(
      Object.entries(settingsOf()).map(([name, one]) => [name, { ...one, timeoutSeconds: 1 }]),
    ),
    unverified: "keep",
  });
  expect(await impatient.reporting("eu-1")).toBeUndefined();
  await fake.start("eu-1");
  await expect
    .poll(() =>
      impatient
        .at("the eu-1")
        .client.nodeName()
        .catch(() => ""),
    )
    .toBe("eu-1");
  expect((await impatient.reporting("eu-1"))?.name).toBe("the eu-1");
  await impatient.close();
}, 45_000);

test("whom the configuration calls so is asked alone; when it is another one, or hangs, the others are", async () => {
  const configured = Object.entries(fake.instances).map(([name, { endpoint, username, password }]) => {
    return [name, { endpoint, username, password }] as const;
  });
  const called = new Instances({ instances: Object.fromEntries(configured), unverified: "keep" });
  expect((await called.reporting("EU-1"))?.name).toBe("eu-1");
  expect(fake.instances["us-1"]?.calls).toEqual([]);
  expect(called.reported("eu-1")?.name).toBe("eu-1");
  expect(called.reported("us-1")).toBeUndefined();
  await called.close();
  const [us = [], eu = []] = configured;
  const crossed = new Instances({ instances: { "eu-1": us[1], "us-1": eu[1] } as never, unverified: "keep" });
  expect((await crossed.reporting("eu-1"))?.name).toBe("us-1");
  await crossed.close();
  fake.fail("us-1", { fault: { kind: "hang" } });
  const hanging = new Instances({ instances: { "eu-1": us[1], "us-1": eu[1] } as never, unverified: "keep" });
  expect((await hanging.reporting("eu-1"))?.name).toBe("us-1");
  hanging.cancel();
  await hanging.close();
});

test("one that hangs keeps nobody from finding another", async () => {
  fake.fail("ap-1", { fault: { kind: "hang" } });
  expect((await instances.reporting("eu-1"))?.name).toBe("the eu-1");
});

test("whether one hangs is waited for once", async () => {
  expect(await instances.mayBeSilent()).toBe(false);
  fake.fail("ap-1", { fault: { kind: "hang" } });
  const another = new Instances({ instances: settingsOf(), unverified: "keep" });
  expect(await another.mayBeSilent()).toBe(true);
  const before = fake.instances["ap-1"]?.calls.length;
  const began = performance.now();
  expect(await another.mayBeSilent()).toBe(true);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(fake.instances["ap-1"]?.calls.length).toBe(before);
  another.cancel();
  await another.close();
});

test("who was found is not asked again, and neither is who was not, for a while", async () => {
  for (let times = 0; times < 3; times++) {
    await instances.reporting("eu-1");
    await instances.reporting("nobody");
  }
  expect(fake.instances["us-1"]?.calls.filter(({ operation }) => operation === "cluster_status")).toHaveLength(1);
});

test("an instance under two names is one for what must not overlap, and for what a write makes old", async () => {
  const { endpoint = "", username, password } = fake.instances["us-1"] ?? {};
  const [named, inline] = [instances.at("the us-1"), instances.at({ endpoint, username, password })];
  expect(named).not.toBe(inline);
  expect(await Promise.all([named.client.nodeName(), inline.client.nodeName()])).toEqual(["us-1", "us-1"]);

  await inline.client.storedRoutes();
  await named.client.rewriteRoutes(() => ["wss://eu-1:9933"]);
  expect(await inline.client.storedRoutes()).toEqual(["wss://eu-1:9933"]);

  let writing = 0;
  const write = async (_: Instance, items: number[]) => {
    expect(++writing, "one burst at a time").toBe(1);
    await inline.client.nodesNow();
    writing--;
    return items.map(() => undefined);
  };
  await Promise.all([named.burst(write).submit(1), inline.burst(write).submit(2)]);
});

test("instances on domain sockets are told apart, and one is the same however its socket is spelled", () => {
  const [a, b] = [instances.at({ endpoint: "unix:///run/a" }), instances.at({ endpoint: "unix:///run/b" })];
  expect([a.name, b.name]).toEqual(["unix:///run/a", "unix:///run/b"]);
  const lane = (endpoint: string) => (instances.at({ endpoint }) as unknown as { lane: object }).lane;
  expect(lane("unix:///run/a")).not.toBe(lane("unix:///run/b"));
  expect(lane("unix:/run/./a")).toBe(lane("unix:///run/a"));
});
