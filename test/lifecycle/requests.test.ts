import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HarperClient } from "../../provider/operations-api";
import { unknown } from "../../provider/unknown";
import { fakeWorld } from "./fake-world";
import { cat, dog, Stage } from "./stage";
import { peersOf } from "./world";

let stage: Stage;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
const open = async (options: Parameters<typeof fakeWorld>[0] = {}) => {
  const faked = await fakeWorld(options);
  fake = faked.fake;
  stage = new Stage(async () => faked.world);
  await stage.begin();
};
beforeEach(() => open());
afterEach(async () => {
  await stage.end();
  await fake.close();
});
const bodies = (operation: string) =>
  (fake.instances["us-1"]?.calls ?? []).filter((call) => call.operation === operation).map(({ body }) => body);
const said = () => stage.provider.said.join("\n");

test("every field of a Node is sent as Harper spells it, and read back where it can be", async () => {
  const { hostname: _, ...eu } = stage.eu();
  const wanted = {
    ...eu,
    url: "wss://eu-1:9933",
    subscriptions: [dog],
    shard: 3,
    revokedCertificates: ["AB"],
    retainAuthorization: true,
    startTime: "2026-01-01T00:00:00Z",
  };
  const { state } = await stage.provider.node.create(wanted);
  const fields = {
    url: "wss://eu-1:9933",
    verify_tls: false,
    authorization: eu.authorization,
    shard: 3,
    revoked_certificates: ["AB"],
    retain_authorization: true,
    start_time: "2026-01-01T00:00:00Z",
    subscriptions: [dog],
  };
  expect(bodies("add_node")).toMatchObject([fields]);
  expect(state).toMatchObject({ shard: 3, revokedCertificates: ["AB"], subscriptions: [dog] });
  expect(said()).toMatch(/retainAuthorization: the credentials given in `authorization`/);

  await stage.provider.node.update(state, { ...wanted, subscriptions: [dog, cat] });
  expect(bodies("update_node")).toMatchObject([{ ...fields, subscriptions: [dog, cat] }]);
});

test("an edge's write sends again what Harper would take for its default", async () => {
  await stage.provider.node.create({ ...stage.explicit(), shard: 3, revokedCertificates: ["AB"] });
  await stage.provider.subscription.create(stage.edge(dog));
  const kept = { hostname: "eu-1", url: "wss://eu-1:9933", shard: 3, revoked_certificates: ["AB"] };
  expect(bodies("update_node")).toMatchObject([kept]);
});

test("a peer that is named is joined with what is configured for it", async () => {
  const { authorization, ...rest } = stage.explicit();
  await stage.provider.node.create({ ...rest, peer: "eu" });
  expect(bodies("add_node")).toMatchObject([{ authorization }]);
});

test("joins take turns: a second one begins when the first was answered", async () => {
  fake.fail("us-1", { operation: "add_node", times: 1, fault: { kind: "late", ms: 300 } });
  const { ap } = stage.world.instances;
  const both = [
    stage.provider.node.create(stage.explicit()),
    stage.provider.node.create({ ...stage.explicit(), target: "eu", hostname: ap.reports }),
  ];
  await expect.poll(() => bodies("add_node")).toHaveLength(1);
  const others = () => fake.instances["eu-1"]?.calls.filter(({ operation }) => operation === "add_node");
  expect(others()).toHaveLength(0);
  await Promise.all(both);
  expect(others()).toHaveLength(1);
});

test("that explicit edges are advised against is said when one is made", async () => {
  await stage.provider.node.create(stage.explicit());
  expect(said()).toMatch(/Harper advises against explicit subscriptions/);
});

test("an edge is made when its sockets are open", async () => {
  await stage.end();
  await fake.close();
  await open({ connectMs: 400 });
  await stage.provider.node.create(stage.explicit());
  await stage.provider.subscription.create(stage.edge(dog));
  // What is written earlier is never sent.
  fake.insertRow("eu-1", "shop", "dog", "first");
  await expect.poll(() => fake.hasRow("us-1", "shop", "dog", "first")).toBe(true);
});

test("a full mesh is left by who is removed, and by what it has of the others", async () => {
  const { ap } = stage.world.instances;
  await stage.provider.node.create(stage.eu());
  const { state } = await stage.provider.node.create({ ...stage.eu(), hostname: ap.reports });
  await expect.poll(() => stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
  await stage.nextRun();
  await stage.provider.node.delete(state);
  expect(await stage.names("ap")).toEqual([]);
  expect((await peersOf(stage.world, "us")).map(({ name }) => name)).not.toContain("ap-1");
});

test("what is pending is said in preview, too, and activate sees to it", async () => {
  const { state } = await stage.provider.node.create(stage.inline(dog));
  await stage.nextRun();
  const both = { ...stage.inline(dog, cat) };
  const { state: more } = await stage.provider.node.update(state, both);
  await stage.nextRun();
  expect(await stage.provider.node.diff(more, both)).toMatchObject({ changes: false });
  expect(said()).toMatch(/Pending on us: stored, but no rows come yet from eu-1 \(shop\.cat\)/);
  await stage.nextRun();
  expect(await stage.provider.node.diff(more, { ...both, activate: "reconnect" })).toMatchObject({
    changed: ["activate"],
  });
  expect(said()).not.toMatch(/Pending/);
});

test("a target that is not known yet is checked when it is written, which is said", async () => {
  const { failures } = await stage.provider.node.check({ ...stage.eu(), target: unknown });
  expect(failures).toEqual([]);
  expect(said()).toMatch(/info: Node: its target is not known yet/);
});

test("a route is written with the whole list, so that the process does not pass for having read it: pending, both ways", async () => {
  const route = (port: number) => ({ target: "us", hostname: "127.0.0.99", port });
  const written = () =>
    fake.instances["us-1"]?.calls
      .splice(0)
      .flatMap(({ operation }) => (/set|delete/.test(operation) ? [operation] : []));
  await stage.provider.route.create(route(1));
  await stage.world.restart("us");
  await stage.nextRun();
  written();
  const { state } = await stage.provider.route.create(route(2));
  expect(written()).toEqual(["set_configuration"]);
  expect(said()).toMatch(/Pending on us: it will dial wss:\/\/127\.0\.0\.99:2 after a restart/);
  await stage.world.restart("us");
  await stage.nextRun();
  written();
  await stage.provider.route.delete(state);
  expect(written()).toEqual(["set_configuration"]);
  expect(said()).toMatch(/Pending on us: it will no longer dial wss:\/\/127\.0\.0\.99:2 after a restart/);
});

test("a route that Harper said it had set, and had not, is written again", async () => {
  await stage.provider.route.create({ target: "us", hostname: "a" });
  await stage.world.restart("us");
  await stage.nextRun();
  fake.fail("us-1", { operation: "set_configuration", fault: { kind: "lose" }, times: 1 });
  const { id, state } = await stage.provider.route.create({ target: "us", hostname: "b" });
  expect(await stage.provider.route.read(id, state)).toEqual({ id, state });
});

test("a route that was written slowly is not watched for minutes", async () => {
  const pauses = vi.spyOn(HarperClient.prototype, "pause");
  fake.fail("us-1", { operation: "set_configuration", fault: { kind: "late", ms: 1000 }, times: 1 });
  await stage.provider.route.create({ target: "us", hostname: "a" });
  const watched = pauses.mock.calls.filter(([what]) => what === "set_configuration").map(([, ms]) => ms);
  expect(watched).toHaveLength(1);
  expect(Math.max(...watched)).toBeLessThanOrEqual(3000);
  pauses.mockRestore();
});

test("a route that somebody wrote over, from a list read before, is written again", async () => {
  const made = stage.provider.route.create({ target: "us", hostname: "a" });
  await expect.poll(() => bodies("set_configuration"), { interval: 5 }).toHaveLength(1);
  await stage.world.ask("us", { operation: "set_configuration", replication_routes: ["wss://b:9933"] });
  const { id, state } = await made;
  await stage.nextRun();
  expect(await stage.provider.route.read(id, state)).toEqual({ id, state });
  expect(fake.instances["us-1"]?.calls.at(-1)?.operation).toBe("get_configuration");
  expect(bodies("set_configuration").at(-1)).toMatchObject({ replication_routes: ["wss://b:9933", "wss://a:9933"] });
});
