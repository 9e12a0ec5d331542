import { describe, expect, test } from "vitest";
import { claimSettings } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { resources } from "../../provider/resources";
import { fakeWorld } from "./fake-world";
import { dog, Stage } from "./stage";
import { standIns } from "./stand-ins";
import { quick } from "./suite/ready";
import { connectionsOf } from "./world";

const on = standIns();
const barrier = (rest: object = {}) => ({ target: "us", nodes: ["eu-1"], ...quick, ...rest });
const full = () => on.stage.provider.node.create(on.stage.eu());
const passed = async (work: Promise<unknown>) => {
  const began = performance.now();
  await work;
  return performance.now() - began;
};
/** What it says when it gives up after a second. */
const inTheWay = async (rest: object = {}) => {
  const waiting = on.stage.provider.ready.create(barrier({ stableSeconds: 0, timeoutSeconds: 1, ...rest }));
  const error = await waiting.then(
    () => expect.fail("it was ready"),
    (cause: Error) => cause,
  );
  expect(error).toMatchObject({ code: "notReady" });
  return error.message;
};

describe("full replication", () => {
  test("has a socket each way for every database, and for Harper's own", async () => {
    await full();
    const { state } = await on.stage.provider.ready.create(barrier());
    const of = (from: string, to: string) => ["shop", "system", "zoo"].map((database) => ({ from, to, database }));
    expect(state.sockets).toEqual([...of("eu-1", "us-1"), ...of("us-1", "eu-1")]);
  });

  test("does without our own database, which every instance keeps for itself", async () => {
    on.fake.insertRows("us-1", "pulumi_harper", "us-1", [{ id: "a claim" }]);
    await full();
    const { state } = await on.stage.provider.ready.create(barrier());
    expect(JSON.stringify(state.sockets)).not.toContain("pulumi_harper");
  });

  test("of three is ready when those that met by gossip are connected, too", async () => {
    await full();
    await on.stage.provider.node.create({ ...on.stage.eu(), hostname: "ap-1" });
    const { state } = await on.stage.provider.ready.create(barrier({ nodes: ["eu-1", "ap-1"] }));
    const pairs = (state.sockets as { from: string; to: string }[]).map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(6);
    on.fake.cut("eu-1", "ap-1");
    on.fake.deafen("ap-1");
    await on.stage.nextRun();
    const text = await inTheWay({ nodes: ["eu-1", "ap-1"] });
    expect(text).toContain("ap-1 is not connected to receive rows from eu-1 (shop, system, zoo).");
  });

  test("of three is not ready before those have met that both replicate everything with the target", async () => {
    await full();
    await on.stage.provider.node.create({ ...on.stage.eu(), hostname: "ap-1" });
    const table = { operation: "delete", database: "system", table: "hdb_nodes" };
    // So that each deletion stays where it is.
    for (const name of ["us-1", "eu-1", "ap-1"]) on.fake.deafen(name);
    await on.stage.world.ask("eu", { ...table, ids: ["ap-1"] });
    await on.stage.world.ask("ap", { ...table, ids: ["eu-1"] });
    await on.stage.nextRun();
    const text = await inTheWay({ nodes: ["eu-1", "ap-1"] });
    expect(text).toContain("eu-1 has no record of ap-1. ap-1 has no record of eu-1.");
  });

  test("is not ready while a database is copied, by what the sender says, then the receiver", async () => {
    await on.stage.end();
    on.fake.copiesTake(1500);
    on.fake.insertRow("us-1", "shop", "dog", "rex");
    await on.stage.nextRun();
    await full();
    expect(await inTheWay({ timeoutSeconds: 0.4 })).toContain("Rows of us-1 are still being copied to eu-1 (shop");
    await on.stage.provider.ready.create(barrier());
    expect(on.fake.hasRow("eu-1", "shop", "dog", "rex")).toBe(true);
  });
});

test("a database that one of the two does not replicate is not waited for there", async () => {
  const { fake, world } = await fakeWorld({ databases: { "us-1": ["system", "shop"] } });
  const stage = new Stage(async () => world);
  await stage.begin();
  await stage.provider.node.create(stage.eu());
  const { state } = await stage.provider.ready.create(barrier());
  const received = (state.sockets as { to: string; database: string }[]).filter(({ to }) => to === "us-1");
  expect(received.map(({ database }) => database)).toEqual(["shop", "system"]);
  await stage.end();
  await fake.close();
});

describe("what is in the way is said", () => {
  test("a socket that is closed on one end", async () => {
    await on.stage.provider.node.create(on.stage.inline(dog));
    on.fake.deafen("eu-1");
    const text = await inTheWay();
    expect(text).toContain("wait until ready on us: not ready after 1 s. ");
    expect(text).toContain("eu-1 is not connected to receive rows from us-1 (shop).");
    expect(text).not.toContain("us-1 is not connected");
    expect(text).toMatch(/Mend what is named, and run it again/);
    expect(text).toMatch(/opens when both ends are restarted: `pulumi-harper restart us eu`\.$/);
  });

  test("a half that is missing", async () => {
    await on.stage.provider.node.create(on.stage.inline(dog));
    on.fake.cut("us-1", "eu-1");
    await on.stage.world.ask("eu", { operation: "remove_node", hostname: "us-1" });
    await on.stage.nextRun();
    expect(await inTheWay()).toContain("eu-1 has no record of us-1.");
  });

  test("a half that is otherwise", async () => {
    await on.stage.provider.node.create(on.stage.inline(dog));
    const records = [{ name: "us-1", subscriptions: [{ ...dog, publish: false }] }];
    await on.stage.world.ask("eu", { operation: "upsert", database: "system", table: "hdb_nodes", records });
    await on.stage.nextRun();
    expect(await inTheWay()).toMatch(/us has its record of eu-1, and the half of eu is "one-way"/);
  });

  test("an edge that is stored and not bound, until a restart that others see to", { timeout: 20_000 }, async () => {
    const explicit = await on.stage.provider.node.create(on.stage.inline(dog));
    const edges = [dog, { ...dog, table: "cat" }];
    await on.stage.provider.node.update(explicit.state, on.stage.inline(...edges));
    expect(await inTheWay()).toMatch(/Pending on us: stored, but no rows come yet from eu-1 \(shop\.cat\)/);
    const waiting = on.stage.provider.ready.create(barrier());
    await Promise.all([on.stage.world.restart("us"), on.stage.world.restart("eu")]);
    await waiting;
  });

  test("a member that is configured and does not answer", { timeout: 20_000 }, async () => {
    await on.stage.provider.node.create(on.stage.inline(dog));
    await on.fake.stop("eu-1");
    const refused = await inTheWay();
    expect(refused).toContain("eu-1 cannot be asked: connect ECONNREFUSED");
    expect(refused).not.toContain("pulumi-harper restart");
    await on.stage.nextRun();
    const text = await inTheWay({ timeoutSeconds: 6 });
    expect(text).toContain(
      "eu-1 does not answer: no instance of harper:instances reports that name, and not all of them answer.",
    );
    expect(text).toContain("us-1 is not connected to receive rows from eu-1 (shop).");
  });
});

test("it becomes ready while it waits", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  on.fake.deafen("eu-1");
  const waiting = on.stage.provider.ready.create(barrier());
  await expect.poll(() => looksAt("us-1")).toBeGreaterThan(3);
  await on.stage.world.restart("eu");
  await waiting;
});

/** How often an instance was asked for its sockets. */
const looksAt = (name: string) =>
  on.fake.instances[name]?.calls.filter(({ operation }) => operation === "cluster_status").length ?? 0;

test("a socket that closes meanwhile makes the stable time begin anew", { timeout: 20_000 }, async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  const before = looksAt("eu-1");
  const waiting = on.stage.provider.ready.create(barrier({ stableSeconds: 1.5 }));
  await expect.poll(() => looksAt("eu-1")).toBeGreaterThan(before + 1);
  on.fake.deafen("eu-1");
  const closed = looksAt("eu-1");
  await expect.poll(() => looksAt("eu-1"), { timeout: 5000 }).toBeGreaterThan(closed + 2);
  const reopened = passed(waiting);
  await on.stage.world.restart("eu");
  expect(await reopened).toBeGreaterThanOrEqual(1500);
});

test("time that is up before it was stable for long enough is said as that", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  on.fake.fail("eu-1", { fault: { kind: "delay", ms: 400 }, operation: "cluster_status" });
  const text = await inTheWay({ stableSeconds: 0.9 });
  expect(text).toContain("All is connected, but for less than the 0.9 s for which it is to stay so");
});

test("a member that nobody knows how to ask is seen from the others, and named", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  const { us } = connectionsOf(on.stage.world);
  const instances = new Instances({ instances: us ? { us } : {}, unverified: "keep" });
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: () => {} });
  const { state } = await lifecycle.create(resources.ClusterReady as never, barrier());
  expect(state).toMatchObject({ notAsked: ["eu-1"], sockets: [{ from: "eu-1", to: "us-1" }] });
  await instances.close();
});

test("nothing is written, so it takes no lease and claims nothing", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  const before = Object.values(on.fake.instances).map(({ calls }) => calls.length);
  const instances = new Instances({ instances: connectionsOf(on.stage.world), unverified: "keep" });
  const claims = claimSettings({}, "a run");
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: () => {}, claims });
  const resource = resources.ClusterReady as never;
  const request = { stack: "shop/prod", urn: "urn:pulumi:prod::shop::harper:index:ClusterReady::it" };
  const { inputs } = await lifecycle.check(resource, {}, barrier(), request);
  const { state } = await lifecycle.create(resource, inputs, request);
  await lifecycle.update(resource, state, { ...inputs, triggers: ["again"] }, request);
  await lifecycle.delete(resource, state, request);
  await lifecycle.close();
  const since = Object.values(on.fake.instances).flatMap(({ calls }, index) => calls.slice(before[index]));
  const reads = ["cluster_status", "search_by_value", "list_certificates", "get_configuration"];
  const more = ["read_audit_log", "system_information"];
  expect(since.filter(({ operation }) => ![...reads, ...more].includes(operation))).toEqual([]);
});

test("a target that does not answer keeps its state, and is deleted, without a word", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  const { id, state } = await on.stage.provider.ready.create(barrier());
  await on.fake.stop("us-1");
  await on.stage.nextRun();
  expect(await on.stage.provider.ready.read(id, state)).toEqual({ id, state });
  await on.stage.provider.ready.delete(state);
  expect(on.stage.provider.said).toEqual([]);
});

test("an update that is not ready in time keeps the state as it was", async () => {
  await on.stage.provider.node.create(on.stage.inline(dog));
  const { state } = await on.stage.provider.ready.create(barrier());
  const more = barrier({ nodes: ["eu-1", "ap-1"], stableSeconds: 0, timeoutSeconds: 0.5 });
  const failed = on.stage.provider.ready.update(state, more);
  // Not in part: the engine goes on with the state it has, and the next run waits anew.
  await expect(failed).rejects.toMatchObject({ name: "HarperError", code: "notReady" });
});

test("progress is told when it takes long", { timeout: 20_000 }, async () => {
  await inTheWay({ timeoutSeconds: 6 });
  const told = "info: Not ready yet: us-1 has no record of eu-1. eu-1 has no record of us-1.";
  expect(on.stage.provider.said).toEqual([told]);
});
