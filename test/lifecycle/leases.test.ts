import { describe, expect, test } from "vitest";
import { Claims, holderOf } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import type { HarperError } from "../../provider/operations-api";
import { topologyHash } from "../../topology/live/hash";
import { readLive } from "../../topology/live/read";
import { route, times, useStacks } from "./stacks";
import { authorizationOf, connectionsOf, peersOf } from "./world";

const { on, runOf, eu, rows, ids, calls } = useStacks();

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
    on.fake.fail("us-1", { operation: "update", fault: { kind: "status", status: 500 } });
    const started = performance.now();
    await runOf("next", { times: short }).route.create(route(2));
    expect(performance.now() - started).toBeGreaterThan(150);
    on.fake.recover("us-1");
    await Promise.all(on.open.splice(0).map((run) => run.close()));

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
    const instances = new Instances({ instances: connectionsOf(on.world), unverified: "keep" });
    const reviewed = topologyHash(await readLive(instances));
    await instances.close();
    const same = () => runOf("one", { holder: { ...holderOf(""), run: "the same" } }, { expectedTopology: reviewed });
    const processes = [same(), same()];
    for (const [index, one] of processes.entries()) await one.route.create(route(index + 1), `${index}`);
    for (const one of on.open.splice(0)) await one.close();
    await expect(same().route.create(route(3), "late")).rejects.toMatchObject({ code: "moved" });
  });

  test("that was broken is said, and taken again before the next write", async () => {
    const one = runOf("one", { times: { ...times, lifetimeMs: 150 } });
    await one.route.create(route(1));
    const [{ id = "" } = {}] = (await rows()).filter(({ kind }) => kind === "lease");
    await on.world.ask("us", { operation: "delete", database: "pulumi_harper", table: "us-1", ids: [id] });
    await expect.poll(() => one.said.join()).toMatch(/warning: The lease on us was broken/);
    await one.route.create(route(2), "other");
    expect(await ids()).toContain("lease");
  });

  test("that has lapsed, and is there still, is this run's again only from now on", async () => {
    const lease = async () => (await rows()).find(({ kind }) => kind === "lease")?.__updatedtime__ ?? 0;
    const one = runOf("one", { times: { ...times, lifetimeMs: 1800 } });
    await one.route.create(route(1));
    // As after a suspend of the machine: it was not renewed for longer than it lasts.
    on.fake.fail("us-1", { operation: "update", fault: { kind: "status", status: 500 } });
    const [put, started] = [await lease(), Date.now()];
    await expect.poll(() => Date.now() - started).toBeGreaterThan(1850);
    on.fake.recover("us-1");
    await one.route.create(route(2), "other");
    expect((await lease()) - put).toBeGreaterThan(1800);
  });

  test("is taken with what is there then: what was read before it counts no more", async () => {
    const [one, two] = [
      runOf("one", { claims: "off" }),
      runOf("two", { claims: "off", times: { ...times, patienceMs: 5000 } }),
    ];
    const inline = (table: string) => ({ ...eu(), subscriptions: [{ database: "shop", table }] });
    await one.route.create(route(1));
    const refused = expect(two.node.create(inline("dog"))).rejects.toMatchObject({ code: "exists" });
    await expect.poll(() => two.said.join()).toMatch(/Waiting for us/);
    await one.node.create(inline("cat"));
    await one.close();
    await refused;
    expect((await peersOf(on.world, "us"))[0]?.subscriptions?.map(({ table }) => table)).toEqual(["cat"]);
  });

  test("that somebody waits for is waited for in spite of a Cancel by work that has begun", async () => {
    const patient = { ...times, patienceMs: 8000 };
    const one = runOf("one", { times: patient });
    const ap = { ...eu(), hostname: "ap-1", authorization: authorizationOf(on.world.instances.ap.connection) };
    const { state } = await one.node.create({ ...ap, replicateByDefault: true });
    await one.close();
    const [other, run] = [runOf("other"), runOf("one", { times: patient })];
    await other.route.create({ ...route(1), target: "ap" });
    const idle = run.route.create({ ...route(2), target: "ap" }, "idle").catch(({ code }: HarperError) => code);
    await expect.poll(() => run.said.join()).toMatch(/Waiting for ap/);
    const begun = run.node.delete(state);
    await expect.poll(() => calls("remove_node").length).toBeGreaterThan(0);
    // The peer is given a second to let go by itself, before anything is written there.
    const removed = Date.now();
    await expect.poll(() => Date.now() - removed, { timeout: 5000 }).toBeGreaterThan(2000);
    run.cancel();
    expect(await idle).toBe("cancelled");
    await other.close();
    await begun;
    expect(await peersOf(on.world, "ap")).toEqual([]);
  });

  test("is asked for by the credentials of whoever writes, where one instance has several names", async () => {
    const bad = { ...on.world.instances.us.connection, password: "of somebody else" };
    const run = runOf("one", {}, { others: { bad } });
    await expect(run.route.create({ ...route(1), target: "bad" })).rejects.toMatchObject({ code: "unauthorised" });
    await run.route.create(route(2));
  });

  test("is never held by two, however many begin at once", async () => {
    const at = new Instances({ instances: connectionsOf(on.world), unverified: "keep" }).at("us");
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
    on.fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
    const run = runOf("one");
    await expect(run.route.create(route(1))).rejects.toThrow(/credentials were refused/);
    expect(run.said.join()).not.toMatch(/Who else works/);
  });

  test("that a proxy could not ask for is not done without", async () => {
    on.fake.fail("us-1", { operation: "insert", fault: { kind: "status", status: 502 } });
    const run = runOf("one", {}, { connection: { timeoutSeconds: 0.3 } });
    await expect(run.route.create(route(1))).rejects.toThrow(/502/);
    expect(calls("set_configuration")).toEqual([]);
    expect(run.said.join()).not.toMatch(/nothing can be kept/);
  });

  test("is done without where nothing can be kept, which is said once; and off it asks for nothing", async () => {
    on.fake.fail("us-1", { operation: "create_table", fault: { kind: "status", status: 403, error: "not for you" } });
    const one = runOf("one");
    await one.route.create(route(1));
    await one.route.create(route(2), "other");
    expect(one.said.filter((text) => text.startsWith("warning: Who else works on us cannot be told"))).toHaveLength(1);
    const before = calls("insert").length;
    await runOf("off", { lease: "off", claims: "off" }).route.create(route(3));
    expect(calls("insert")).toHaveLength(before);
  });
});
