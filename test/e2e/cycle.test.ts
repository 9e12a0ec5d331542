import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers, routes } from "../../scripts/demo/harper.mts";
import { harper, openStack, project, type TestStack } from "./stack";

/** One stack through its whole life: each test goes on where the one before ended. */
describe("the quickstart's life", () => {
  let stack: TestStack;
  const quickstart = join(project, "examples", "quickstart");
  const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
  const edgesTo = async (peer: string) =>
    (await peers(us))
      .find(({ name }) => name === peer)
      ?.subscriptions?.filter((edge) => edge.subscribe || edge.publish)
      .map(({ table, subscribe, publish }) => ({ table, subscribe, publish }));

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack("cycle", "quickstart");
  });
  afterAll(() => empty(harper()));

  test("up makes on the instances what the program says", async () => {
    const { code, stdout } = await stack.up();
    expect(stdout).toContain("+ 6 created");
    expect(code).toBe(0);
    expect(await edgesTo(eu.address)).toEqual([{ table: "orders", subscribe: true, publish: true }]);
    expect(await edgesTo(ap.address)).toEqual([{ table: "prices", subscribe: false, publish: true }]);
    expect(await routes(eu)).toEqual([`wss://${us.address}:9933`]);
  });

  test("the state of a resource is small and made of names that instances report", async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const ours = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
    expect(ours.map(({ id }) => id).sort()).toEqual(
      [
        `${eu.address}/wss://${us.address}:9933`,
        `${us.address}/${ap.address}`,
        `${us.address}/${ap.address}/shop/prices`,
        `${us.address}/${eu.address}`,
        `${us.address}/${eu.address}/shop/orders`,
      ].sort(),
    );
    for (const resource of ours) expect(JSON.stringify(resource).length).toBeLessThan(2700);
  });

  test("a second up and a refresh change nothing", async () => {
    expect(await stack.up("--expect-no-changes")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("6 unchanged"),
    });
    expect(await stack.drift()).toMatchObject({ code: 0, stdout: expect.stringContaining("6 unchanged") });
  });

  test("preview after a change shows exactly that change, and up makes it", async () => {
    stack.write(`${stack.read()}
new Subscription("stock", { target: "us-1", node: ap.name, database: "shop", table: "stock", subscribe: false });
`);
    expect(await stack.preview()).toEqual([{ op: "create", name: "stock", fields: [] }]);
    const { code, stdout } = await stack.up();
    expect(stdout).toContain("+ 1 created");
    expect(stdout).toMatch(/warning: Pending on ap-1: stored, but no rows come yet from .* \(shop\.stock\)/);
    expect(code).toBe(0);
  });

  test("an edge whose direction changes is updated in place", async () => {
    stack.write(stack.read().replace('table: "prices", subscribe: false', 'table: "prices"'));
    expect(await stack.preview()).toEqual([{ op: "update", name: "prices", fields: ["subscribe"] }]);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("~ 1 updated") });
    expect(await edgesTo(ap.address)).toContainEqual({ table: "prices", subscribe: true, publish: true });
  });

  test("drift: a removed peer, a changed edge and a deleted route are found, and mended", async () => {
    await ask(us, { operation: "remove_node", hostname: eu.address });
    await ask(us, {
      operation: "update_node",
      hostname: ap.address,
      subscriptions: [{ database: "shop", table: "prices", subscribe: false, publish: true }],
    });
    await ask(eu, { operation: "set_configuration", replication_routes: [] });

    const { code, stdout } = await stack.drift();
    expect(code).toBe(7);
    expect(stdout).toMatch(/~ 1 to update/);
    expect(stdout).toMatch(/- 3 to delete/);

    const mended = await stack.up("--refresh");
    expect(mended).toMatchObject({ code: 0 });
    expect(await edgesTo(eu.address)).toEqual([{ table: "orders", subscribe: true, publish: true }]);
    expect((await peers(eu)).map(({ name }) => name)).toEqual([us.address]);
    expect(await edgesTo(ap.address)).toContainEqual({ table: "prices", subscribe: true, publish: true });
    expect(await routes(eu)).toEqual([`wss://${us.address}:9933`]);
    expect(await stack.drift()).toMatchObject({ code: 0 });
  });

  test("rolled back: the earlier program puts back the earlier topology", async () => {
    stack.copyFrom(quickstart);
    expect(await stack.preview()).toEqual([
      { op: "update", name: "prices", fields: ["subscribe"] },
      { op: "delete", name: "stock", fields: [] },
    ]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await edgesTo(ap.address)).toEqual([{ table: "prices", subscribe: false, publish: true }]);
  });

  test("destroy leaves every instance without peers and routes", async () => {
    const { code, stdout } = await stack.destroy();
    expect(stdout).toContain("- 6 deleted");
    expect(code).toBe(0);
    for (const instance of [us, eu, ap]) {
      expect(await peers(instance)).toEqual([]);
      expect(await routes(instance)).toEqual([]);
    }
    expect((await stack.state()).deployment.resources ?? []).toEqual([]);
  });
});
