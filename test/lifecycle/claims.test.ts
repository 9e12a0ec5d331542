import { describe, expect, test } from "vitest";
import { edge, mirror, route, useStacks } from "./stacks";
import { peersOf } from "./world";

const { on, runOf, eu, rows, ids, calls } = useStacks();

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

  test("is written while its object is: the object does not wait for it", async () => {
    const one = runOf("one");
    await one.node.create(eu());
    on.fake.fail("us-1", { operation: "insert", fault: { kind: "hang" }, times: 1 });
    const made = one.subscription.create(edge("dog")).catch(() => undefined);
    await expect.poll(() => calls("update_node").length).toBe(1);
    await one.close();
    await made;
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
    const [peer] = await peersOf(on.world, "us");
    expect(peer?.subscriptions?.filter(({ subscribe }) => subscribe).map(({ table }) => table)).toEqual(["dog", "cat"]);
    // The stack that is gone claims it no more.
    expect(await ids()).toEqual(["eu-1/us-1/shop/cat", "eu-1/us-1/shop/dog", "lease"]);
    await one.close();
    const last = runOf("two");
    await last.subscription.delete(other);
    expect(await ids()).not.toContain("eu-1/us-1/shop/cat");
  });

  /** What the first stack has in its state, and the second has taken over. */
  const takenOver = async () => {
    const one = runOf("one");
    const { state } = await one.route.create(route(1));
    await one.close();
    const two = runOf("two");
    await two.route.create({ ...route(1), adopt: "always" });
    await two.close();
    return state;
  };

  test("of another stack counts where none can be written any more", async () => {
    const state = await takenOver();
    on.fake.fail("us-1", { operation: "insert", fault: { kind: "status", status: 403, error: "not for you" } });
    const again = runOf("one");
    await again.route.create(route(3), "c");
    expect(again.said.join()).toMatch(/nothing can be kept there/);
    await again.route.delete(state);
    expect(again.said.join()).toMatch(/Route .* stays as it is: .* is declared by stack shop\/two/);
  });

  test("of another stack counts after an instance was away, too", async () => {
    const state = await takenOver();
    const again = runOf("one");
    on.fake.fail("us-1", { fault: { kind: "status", status: 502 } });
    await expect(again.route.create(route(2), "b")).rejects.toThrow(/502/);
    on.fake.recover("us-1");
    const create = () => again.route.create(route(3), "c").then(() => "done", String);
    await expect.poll(create, { timeout: 10_000 }).toBe("done");
    await again.route.delete(state);
    expect(again.said.join()).toMatch(/Route .* stays as it is: .* is declared by stack shop\/two/);
    expect(again.said.join()).not.toMatch(/nothing can be kept there/);
    expect(await ids()).toEqual(["lease", "us-1/wss://127.0.0.99:1", "us-1/wss://127.0.0.99:3"]);
  });

  test("that cannot be dropped is said, and hides neither a success nor a failure", async () => {
    const run = runOf("one", {}, { connection: { timeoutSeconds: 0.3 } });
    const { state } = await run.route.create(route(1));
    on.fake.fail("us-1", { operation: "delete", fault: { kind: "hang" } });
    await run.route.delete(state);
    expect(run.said.join()).toMatch(/warning: Route \S+ stays claimed.*claims --remove "us-1\/wss:\/\/127.0.0.99:1"/);
    on.fake.fail("us-1", {
      operation: "set_configuration",
      fault: { kind: "status", status: 400, error: "the real reason" },
    });
    await expect(run.route.create(route(2), "other")).rejects.toThrow(/the real reason/);
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

  test.each([
    { lease: "on", made: true },
    { lease: "off", made: false },
  ] as const)(
    "that cannot be written stops its object only without the lease: lease $lease",
    async ({ lease, made }) => {
      const one = runOf("one", { lease });
      await one.node.create(eu());
      on.fake.fail("us-1", { operation: "insert", fault: { kind: "status", status: 401, error: "Login failed" } });
      const created = one.subscription.create(edge("dog"));
      if (made) await expect(created).resolves.toMatchObject({ id: "us-1/eu-1/shop/dog" });
      else await expect(created).rejects.toThrow("insert");
      expect(calls("update_node")).toHaveLength(made ? 1 : 0);
      expect(one.said.some((text) => text.includes("us-1/eu-1/shop/dog is not claimed"))).toBe(made);
    },
  );

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
