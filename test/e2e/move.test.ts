import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers, routes } from "../../scripts/demo/harper.mts";
import { harper, openStack, project, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();

const stanzaOf = (example: string) =>
  readFileSync(join(project, "examples", example, "Pulumi.yaml"), "utf8").split(/(?=^plugins:)/m)[1] ?? "";

/** As a user does it: a changed import line, and the stanza that says where the plugin lies. */
function useThePlugin(stack: TestStack): void {
  stack.write(stack.read().replace('from "pulumi-harper"', 'from "pulumi-harper/native"'));
  const description = join(stack.folder, "Pulumi.yaml");
  const here = stanzaOf("native").replace("path: node_modules/", "path: ../node_modules/");
  const text = readFileSync(description, "utf8");
  if (!text.includes(here)) writeFileSync(description, `${text}${here}`);
}

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
    useThePlugin(stack);
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
    useThePlugin(stack);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.up()).toMatchObject({ code: 0 });
  });

  test("destroy by the plugin leaves nothing of what the dynamic provider made", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect([await peers(instance), await routes(instance)]).toEqual([[], []]);
  });
});
