import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClaimSettings, Claims, holderOf } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { resources } from "../../provider/resources";
import { topologyHash } from "../../topology/live/hash";
import { readLive } from "../../topology/live/read";
import { fakeWorld } from "./fake-world";
import { authorizationOf, connectionsOf, notesOf, peersOf } from "./world";

let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
});
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const run of open.splice(0)) await run.close();
  await fake.close();
});

const times = { lifetimeMs: 3000, patienceMs: 400, pollMs: 20 };

/** A run of the provider for one stack, as one `pulumi up` has it. */
function runOf(stack: string, settings: Partial<ClaimSettings> = {}, expectedTopology?: string) {
  const said: string[] = [];
  const instances = new Instances({ instances: connectionsOf(world), unverified: "keep" }, { quietMs: 5 });
  const holder = { ...holderOf(""), who: `${stack}@here` };
  const claims: ClaimSettings = { lease: "on", claims: "on", holder, times, ...settings };
  const lifecycle = new Lifecycle({
    instances,
    unverified: "keep",
    tell: (severity, text) => said.push(`${severity}: ${text}`),
    claims,
    expectedTopology,
  });
  const of = (type: keyof typeof resources) => {
    const resource = resources[type];
    const request = (name: string) => ({
      urn: `urn:pulumi:${stack}::shop::harper:index:${type}::${name}`,
      stack: `shop/${stack}`,
    });
    const check = async (inputs: object, name = "it") => lifecycle.check(resource, {}, { ...inputs }, request(name));
    return {
      check,
      async create(inputs: object, name = "it") {
        const checked = await check(inputs, name);
        if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
        return lifecycle.create(resource, checked.inputs, request(name));
      },
      update: async (state: object, inputs: object, name = "it") =>
        lifecycle.update(resource, state as never, (await check(inputs, name)).inputs, request(name)),
      delete: (state: object, name = "it") => lifecycle.delete(resource, state as never, request(name)),
    };
  };
  const run = {
    said,
    node: of("Node"),
    subscription: of("Subscription"),
    route: of("Route"),
    routes: of("Routes"),
    configuration: of("ClusterConfiguration"),
    close: () => lifecycle.close(),
  };
  open.push(run);
  return run;
}

const eu = () => ({
  target: "us",
  hostname: "eu-1",
  verifyTls: false,
  authorization: authorizationOf(world.instances.eu.connection),
  replicateByDefault: false,
});
const edge = (table: string, more: object = {}) => ({ target: "us", node: "eu-1", database: "shop", table, ...more });
/** The same edge, seen from the other instance. */
const mirror = (table: string) => ({ target: "eu", node: "us-1", database: "shop", table });
const route = (port: number) => ({ target: "us", hostname: "127.0.0.99", port });
const rows = async (of: "us" | "eu" = "us") => (await notesOf(world, of)).rows;
const ids = async (of: "us" | "eu" = "us") => (await rows(of)).map(({ id }) => id.replace(/^lease .*/, "lease")).sort();
const calls = (operation: string) => fake.instances["us-1"]?.calls.filter((call) => call.operation === operation) ?? [];

describe("a lease", () => {
  test("is taken before the first write, once for all writes, and given up at the end", async () => {
    const one = runOf("one");
    await one.route.create(route(1));
    expect(calls("insert").map(({ at }) => at)[0]).toBeLessThan(calls("set_configuration")[0]?.at ?? 0);
    await one.route.create(route(2), "other");
    expect((await ids()).filter((id) => id === "lease")).toHaveLength(1);
    await one.close();
    expect(await ids()).toEqual(["us-1/wss://127.0.0.99:1", "us-1/wss://127.0.0.99:2"]);
  });

  test("of somebody else is waited for, with who it is", async () => {
    const [one, two] = [runOf("one"), runOf("two")];
    await one.route.create(route(1));
    const waiting = two.route.create(route(2));
    await expect
      .poll(() => two.said.join())
      .toMatch(/info: Waiting for us: one@here \(process \d+, stack shop\/one, since \d+ s\)/);
    await one.close();
    await waiting;
    expect((await rows()).map(({ stack }) => stack)).toContain("shop/two");
  });

  test("that is not given up is an error that says who holds it and what to do, and nothing is changed", async () => {
    const [one, two] = [runOf("one"), runOf("two")];
    await one.route.create(route(1));
    const refused = expect(two.route.create(route(2))).rejects;
    await refused.toMatchObject({
      code: "leased",
      message: expect.stringMatching(/one@here \(process.*pulumi-harper lease us --break/),
    });
    expect(await ids()).toEqual(["lease", "us-1/wss://127.0.0.99:1"]);
    expect(calls("set_configuration")).toHaveLength(1);
  });

  test("of a process that is gone lapses by the server's clock; on its own machine it is seen to be gone", async () => {
    const far = { ...holderOf(""), machine: "elsewhere", who: "far@away" };
    const short = { ...times, lifetimeMs: 300, patienceMs: 3000 };
    const gone = runOf("gone", { holder: far, times: short });
    await gone.route.create(route(1));
    // As a killed process leaves it.
    fake.fail("us-1", { operation: "update", fault: { kind: "status", status: 500 } });
    const started = performance.now();
    await runOf("next", { times: short }).route.create(route(2));
    expect(performance.now() - started).toBeGreaterThan(150);
    fake.recover("us-1");
    await Promise.all(open.splice(0).map((run) => run.close()));

    const here = { ...holderOf(""), pid: 2 ** 22 - 1 };
    await runOf("killed", { holder: here }).route.create(route(3));
    await runOf("after").route.create(route(4));
    expect((await rows()).map(({ kind }) => kind).filter((kind) => kind === "lease")).toHaveLength(1);
  });

  test("is shared by the processes of one run", async () => {
    const run = { run: "the same" };
    await runOf("one", { holder: { ...holderOf(""), ...run } }).route.create(route(1));
    await runOf("one", { holder: { ...holderOf(""), ...run } }).route.create(route(2));
  });

  test("lets all processes of its run write to what one of them found as expected, and nobody after", async () => {
    const instances = new Instances({ instances: connectionsOf(world), unverified: "keep" });
    const reviewed = topologyHash(await readLive(instances));
    await instances.close();
    const same = () => runOf("one", { holder: { ...holderOf(""), run: "the same" } }, reviewed);
    const processes = [same(), same()];
    for (const [index, one] of processes.entries()) await one.route.create(route(index + 1), `${index}`);
    for (const one of open.splice(0)) await one.close();
    await expect(same().route.create(route(3), "late")).rejects.toMatchObject({ code: "moved" });
  });

  test("that was broken is said, and taken again before the next write", async () => {
    const one = runOf("one", { times: { ...times, lifetimeMs: 150 } });
    await one.route.create(route(1));
    const [{ id = "" } = {}] = (await rows()).filter(({ kind }) => kind === "lease");
    await world.ask("us", { operation: "delete", database: "pulumi_harper", table: "us-1", ids: [id] });
    await expect.poll(() => one.said.join()).toMatch(/warning: The lease on us was broken/);
    await one.route.create(route(2), "other");
    expect(await ids()).toContain("lease");
  });

  test("is never held by two, however many begin at once", async () => {
    const at = new Instances({ instances: connectionsOf(world), unverified: "keep" }).at("us");
    const patient = { ...times, patienceMs: 8000 };
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const one = new Claims({ lease: "on", claims: "on", holder: holderOf(""), times: patient });
        await one.hold(at);
        most.push(++inside);
        await at.client.pause("test", 5);
        inside--;
        await one.release();
      }),
    );
    expect(most).toEqual(most.map(() => 1));
  }, 15_000);

  test("of an instance that cannot be asked is not what is missing: the error is the write's own", async () => {
    fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
    const run = runOf("one");
    await expect(run.route.create(route(1))).rejects.toThrow(/credentials were refused/);
    expect(run.said.join()).not.toMatch(/Who else works/);
  });

  test("is done without where nothing can be kept, which is said once; and off it asks for nothing", async () => {
    fake.fail("us-1", { operation: "create_table", fault: { kind: "status", status: 403, error: "not for you" } });
    const one = runOf("one");
    await one.route.create(route(1));
    await one.route.create(route(2), "other");
    expect(one.said.filter((text) => text.startsWith("warning: Who else works on us cannot be told"))).toHaveLength(1);
    const before = calls("insert").length;
    await runOf("off", { lease: "off", claims: "off" }).route.create(route(3));
    expect(calls("insert")).toHaveLength(before);
  });
});

describe("a claim", () => {
  const stacks = async () => {
    const one = runOf("one");
    const { state: node } = await one.node.create(eu());
    const { state } = await one.subscription.create(edge("dog"));
    await one.close();
    return { node, state };
  };

  test("is made with its object, in one insert for all that arrive together, and goes with it", async () => {
    const one = runOf("one");
    const { state: node } = await one.node.create(eu());
    const before = calls("insert").length;
    const made = await Promise.all(["dog", "cat", "bird"].map((table) => one.subscription.create(edge(table), table)));
    expect(calls("insert")).toHaveLength(before + 1);
    expect(await ids()).toEqual([
      "eu-1/us-1",
      ...["bird", "cat", "dog"].map((table) => `eu-1/us-1/shop/${table}`),
      "lease",
    ]);
    await Promise.all(made.map(({ state }, index) => one.subscription.delete(state, ["dog", "cat", "bird"][index])));
    await one.node.delete(node);
    expect(await ids()).toEqual(["lease"]);
  });

  test("of another stack fails the check, from either end, with that stack's name and what to do", async () => {
    await stacks();
    const two = runOf("two");
    for (const inputs of [edge("dog"), mirror("dog")]) {
      const { failures } = await two.subscription.check({ ...inputs, requireTables: false });
      expect(failures).toEqual([
        {
          property: "table",
          reason: expect.stringMatching(
            /is declared by stack shop\/one \(resource "it"\).*claims --remove "eu-1\/us-1\/shop\/dog"/,
          ),
        },
      ]);
    }
    expect((await two.subscription.check(edge("cat"))).failures).toEqual([]);
    expect((await two.node.check(eu())).failures).toMatchObject([{ property: "hostname" }]);
    // What has all edges of the node leaves none to others.
    expect((await two.node.check({ ...eu(), replicateByDefault: true })).failures).toHaveLength(1);
  });

  test("of another stack is not written over, and taken over only on demand", async () => {
    await stacks();
    const two = runOf("two", { claims: "on" });
    const wanted = edge("dog", { adopt: "always" });
    await two.subscription.create(wanted);
    expect(two.said.join()).toMatch(/is declared by stack shop\/one .*takes it over/);
    expect((await rows()).find(({ id }) => id.endsWith("dog"))?.stack).toBe("shop/two");
    await two.close();
    const { failures } = await runOf("one").subscription.check(edge("dog"));
    expect(failures).toMatchObject([{ reason: expect.stringContaining("shop/two") }]);
  });

  test("of another stack keeps its object where a stack is destroyed; and a node keeps the edges of others", async () => {
    const { node, state } = await stacks();
    const two = runOf("two");
    const { state: other } = await two.subscription.create(edge("cat"));
    await two.subscription.delete(state);
    expect(two.said.join()).toMatch(/warning: Subscription us-1\/eu-1\/shop\/dog stays as it is: .*stack shop\/one/);
    await two.close();
    const one = runOf("one");
    await one.node.delete(node);
    expect(one.said.join()).toMatch(
      /warning: Node us-1\/eu-1 stays as it is: Subscription .*cat is declared by stack shop\/two/,
    );
    const [peer] = await peersOf(world, "us");
    expect(peer?.subscriptions?.filter(({ subscribe }) => subscribe).map(({ table }) => table)).toEqual(["dog", "cat"]);
    // The stack that is gone claims it no more.
    expect(await ids()).toEqual(["eu-1/us-1/shop/cat", "eu-1/us-1/shop/dog", "lease"]);
    await one.close();
    const last = runOf("two");
    await last.subscription.delete(other);
    expect(await ids()).not.toContain("eu-1/us-1/shop/cat");
  });

  test("knows which resource had the object before: renamed without aliases and never deleted, it takes nothing away", async () => {
    const one = runOf("one");
    const { state } = await one.route.create(route(1), "old");
    await one.close();
    const crashed = runOf("one");
    await crashed.route.create(route(1), "new");
    await crashed.close();
    const next = runOf("one");
    await next.route.delete(state, "old");
    expect(next.said.join()).toMatch(/stays as it is: Route .* is declared by stack shop\/one \(resource "new"\), too/);
    // Renamed with aliases it has another name, and nobody else had it.
    await next.route.delete(state, "renamed");
    expect(await ids()).toEqual(["lease"]);
  });

  test("of all routes is in the way of each of them, and each of them of all", async () => {
    const all = { target: "us", routes: ["wss://127.0.0.99:1"] };
    const one = runOf("one", { lease: "off" });
    const { state } = await one.route.create(route(1));
    expect((await runOf("two").routes.check(all)).failures).toMatchObject([
      { property: "target", reason: expect.stringMatching(/^Route us-1\/\S+ is declared by stack shop\/one/) },
    ]);
    await one.route.delete(state);
    const { state: list } = await runOf("one", { lease: "off" }).routes.create(all);
    expect((await runOf("two").route.check(route(2))).failures).toMatchObject([
      { reason: expect.stringMatching(/^Routes us-1\/routes is declared by stack shop\/one/) },
    ]);
    expect((await runOf("two").route.check({ ...route(2), target: "eu" })).failures).toEqual([]);
    await runOf("one", { lease: "off" }).routes.delete(list);
    expect((await runOf("two").route.check(route(2))).failures).toEqual([]);
  });

  test("of all peers is in the way of each of them and of its edges, from either end, and each of them of all", async () => {
    const { target, replicateByDefault: _, ...connection } = eu();
    const all = { target, connections: [{ ...connection, subscriptions: [] }] };
    const one = runOf("one", { lease: "off" });
    const { state } = await one.node.create(eu());
    expect((await runOf("two").configuration.check(all)).failures).toMatchObject([
      { reason: expect.stringMatching(/Node us-1\/eu-1 is declared by stack shop\/one/) },
    ]);
    await one.node.delete(state);
    const { state: list } = await runOf("one", { lease: "off" }).configuration.create(all);
    const owned = /^ClusterConfiguration us-1\/configuration is declared by stack shop\/one/;
    for (const node of [eu(), { ...eu(), target: "eu", hostname: "us-1" }])
      expect((await runOf("two").node.check(node)).failures).toMatchObject([{ reason: expect.stringMatching(owned) }]);
    expect((await runOf("two").subscription.check(edge("dog"))).failures).toMatchObject([
      { reason: expect.stringMatching(owned) },
    ]);
    expect((await runOf("two").node.check({ ...eu(), hostname: "ap-1", target: "eu" })).failures).toEqual([]);
    await runOf("one", { lease: "off" }).configuration.delete(list);
    expect((await runOf("two").node.check(eu())).failures).toEqual([]);
  });

  test("of what could not be made is none", async () => {
    const one = runOf("one");
    await expect(one.subscription.create(edge("dog", { node: "nowhere" }))).rejects.toThrow();
    expect(await ids()).toEqual(["lease"]);
  });

  test("costs a preview one question an instance, whatever is declared", async () => {
    await stacks();
    const two = runOf("two");
    const before = calls("search_by_value").length;
    await Promise.all(["cat", "bird"].map((table) => two.subscription.check(edge(table), table)));
    await two.route.check(route(1));
    const asked = calls("search_by_value").slice(before);
    expect(asked.filter(({ body }) => body.database === "pulumi_harper")).toHaveLength(1);
  });
});

describe("one program", () => {
  test("declares an edge, a pair of nodes and a route once, from whichever end", async () => {
    const one = runOf("one");
    await one.node.create(eu());
    expect((await one.subscription.check(edge("dog"), "here")).failures).toEqual([]);
    expect((await one.subscription.check(edge("dog"), "here")).failures).toEqual([]);
    expect((await one.subscription.check(mirror("dog"), "there")).failures).toEqual([
      { property: "table", reason: expect.stringMatching(/declared by the resource "here", too, from its other end/) },
    ]);
    const back = { ...eu(), target: "eu", hostname: "us-1" };
    expect((await one.node.check(back, "back")).failures).toMatchObject([{ property: "hostname" }]);
    await one.route.check(route(1), "a");
    expect((await one.route.check({ target: "us", url: "wss://127.0.0.99:1" }, "b")).failures).toMatchObject([
      { property: "url", reason: expect.stringContaining('the resource "a", too:') },
    ]);
    expect((await one.route.check({ target: "us", hostname: "127.0.0.99", port: 1 }, "c")).failures).toMatchObject([
      { property: "hostname", reason: expect.stringContaining('the resource "a", too:') },
    ]);
  });
});
