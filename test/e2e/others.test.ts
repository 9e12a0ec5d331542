import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, claims, createTables, empty } from "../../scripts/demo/harper.mts";
import { frontEnds, harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu } = harper();

const [dynamic, plugin] = frontEnds;

describe("two stacks of one cluster, one on the dynamic provider and one on the plugin", () => {
  let one: TestStack;
  let two: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices"]);
    one = await openStack("one", dynamic.example);
    two = await openStack("two", plugin.example);
  });
  afterAll(() => empty(harper()));

  const routes = (module: string, first: number) => `import { Route } from "${module}";
for (let port = ${first}; port < ${first + 5}; port++) new Route(\`to-\${port}\`, { target: "us-1", hostname: "127.0.0.99", port });
`;
  const node = `import { Node, Subscription } from "${dynamic.module}";
const eu = new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${eu.address}", verifyTls: false, replicateByDefault: false });
new Subscription("orders", { target: "us-1", node: eu.name, database: "shop", table: "orders" });
`;
  const edge = (table: string) => `import { Subscription } from "${plugin.module}";
new Subscription("${table}", { target: "us-1", node: "${eu.address}", database: "shop", table: "${table}" });
`;
  const rows = () => claims(us);

  test("that are brought up at once both succeed, lose nothing, and hold nothing at the end", async () => {
    one.write(routes(dynamic.module, 1));
    two.write(routes(plugin.module, 101));
    const both = await Promise.all([one.up(), two.up()]);
    expect(both.map(({ code, stdout, stderr }) => (code === 0 ? "" : stdout + stderr))).toEqual(["", ""]);
    const { replication } = (await ask(us, { operation: "get_configuration" })) as {
      replication: { routes: string[] };
    };
    expect(replication.routes).toHaveLength(10);
    expect((await rows()).filter(({ kind }) => kind === "lease")).toEqual([]);
    const stacks = Map.groupBy(await rows(), ({ stack }) => stack);
    expect([...stacks.values()].map((ofOne) => ofOne.length)).toEqual([5, 5]);
    for (const stack of [one, two]) expect(await stack.preview()).toEqual([]);
  });

  test("of which one declares the other's edge: preview says whose it is, and destroy leaves it", async () => {
    one.write(node);
    expect(await one.up()).toMatchObject({ code: 0 });
    two.write(edge("orders"));
    const refused = await two.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/orders is declared by stack \S+\/one \(resource "orders"\)/);
    two.write(edge("prices"));
    expect(await two.up()).toMatchObject({ code: 0 });
    const destroyed = await one.destroy();
    expect(destroyed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Node \S+ stays as it is: Subscription .*\/two /s),
    });
    expect((await rows()).map(({ id }) => id.split("/").slice(2).join("/"))).toEqual(["shop/prices"]);
    expect(await two.destroy()).toMatchObject({ code: 0 });
  });
});
