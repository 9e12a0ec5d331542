import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers, routes } from "../../scripts/demo/harper.mts";
import { harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();

describe("from the dynamic provider to the plugin", () => {
  let stack: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack("move", "quickstart");
    expect(await stack.up()).toMatchObject({ code: 0 });
  });
  afterAll(() => empty(harper()));

  test("a changed import line in a running stack previews as unchanged, and up changes nothing", async () => {
    const before = await Promise.all([us, eu, ap].map(peers));
    stack.usePlugin();
    expect(await stack.preview()).toEqual([]);
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, stdout: expect.stringContaining("6 unchanged") });
    expect(up.stdout).not.toMatch(/replac|updat(ed|ing) {2}|deleted/);
    expect(await Promise.all([us, eu, ap].map(peers))).toEqual(before);
  });

  test("the state is the plugin's then, and after one refresh a plain preview shows drift", async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const ours = resources.filter(({ type }) => /harper:(index:)?(Node|Subscription|Route)$/.test(type));
    expect(ours.map(({ type }) => type)).toEqual(ours.map(() => expect.stringMatching(/^harper:index:/)));
    expect(await stack.pulumi("refresh", "--yes")).toMatchObject({ code: 0 });
    expect(JSON.stringify(await stack.state())).not.toContain("__provider");
    await ask(eu, { operation: "set_configuration", replication_routes: [] });
    expect(await stack.preview()).toEqual([{ op: "create", name: "eu-1-to-us-1", fields: [] }]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await routes(eu)).toEqual([`wss://${us.address}:9933`]);
  });

  test("and back, as the docs say: the state is deleted, and up adopts what is there", async () => {
    const before = await Promise.all([us, eu, ap].map(peers));
    await stack.must("state", "delete", "--all", "--yes");
    stack.write(stack.read().replace("pulumi-harper/native", "pulumi-harper"));
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("is there already: adopted") });
    expect(await Promise.all([us, eu, ap].map(peers))).toEqual(before);
    stack.usePlugin();
    expect(await stack.preview()).toEqual([]);
    expect(await stack.up()).toMatchObject({ code: 0 });
  });

  test("destroy by the plugin leaves nothing of what the dynamic provider made", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect([await peers(instance), await routes(instance)]).toEqual([[], []]);
  });
});
