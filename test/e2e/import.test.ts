import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu } = harper();

describe("adopting what is there already", () => {
  let stack: TestStack;
  const node = () => `${us.address}/${eu.address}`;
  const program = `import { Node, Route, Subscription } from "pulumi-harper/native";\n`;
  const rows = [{ database: "shop", table: "orders", subscribe: true, publish: true }];

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    await ask(us, {
      operation: "add_node",
      hostname: eu.address,
      verify_tls: false,
      authorization: { username: eu.username, password: eu.password },
      subscriptions: rows,
    });
    await ask(eu, { operation: "set_configuration", replication_routes: [`wss://${us.address}:9933`] });
    stack = await openStack("import", "native");
  });
  afterAll(() => empty(harper()));

  /** Imports them, and writes the program that the state says they are. */
  const imports = async (...objects: [type: string, name: string, id: string][]) => {
    for (const [type, name, id] of objects)
      await stack.must(
        "import",
        `harper:index:${type}`,
        name,
        id,
        ...["--yes", "--protect=false", "--generate-code=false"],
      );
    const { resources = [] } = (await stack.state()).deployment;
    const declared = objects.map(([type, name]) => {
      const inputs = resources.find(({ urn }) => urn.endsWith(`::${name}`))?.inputs;
      return `new ${type}("${name}", ${JSON.stringify(inputs)});`;
    });
    stack.write([program, ...declared].join("\n"));
  };
  const forget = () => stack.must("state", "delete", "--yes", "--all");

  test("pulumi import takes over a Node with its edges and a Route, and the program that says the same has no changes", async () => {
    await imports(["Node", "eu", node()], ["Route", "route", `${eu.address}/wss://${us.address}:9933`]);
    expect(stack.read()).toContain("subscriptions");
    expect(await stack.preview()).toEqual([]);
    await forget();
  });

  test("and a Node whose edges are Subscriptions of their own", async () => {
    await imports(["Node", "eu", `${node()}/explicit`], ["Subscription", "orders", `${node()}/shop/orders`]);
    expect(await stack.preview()).toEqual([]);
    await forget();
  });

  test("the import option takes over what is declared by hand", async () => {
    const peer = `target: "us-1", hostname: "${eu.address}", verifyTls: false`;
    const edge = `{ target: "us-1", node: "${eu.address}", database: "shop", table: "orders" }`;
    stack.write(`${program}
new Node("eu", { ${peer}, replicateByDefault: false }, { import: "${node()}/explicit" });
new Subscription("orders", ${edge}, { import: "${node()}/shop/orders" });
new Route("route", { target: "eu-1", hostname: "${us.address}" }, { import: "${eu.address}/wss://${us.address}:9933" });
`);
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/= 3 imported/) });
    expect(up.stdout).not.toMatch(/replace/);
    expect(await stack.preview()).toEqual([]);
    await forget();
  });

  test("get() reads without managing", async () => {
    stack.write(`${program}
export const name = Node.get("eu", "${node()}").name;
export const table = Subscription.get("orders", "${node()}/shop/orders").table;
export const address = Route.get("route", "${eu.address}/wss://${us.address}:9933").address;
`);
    expect(await stack.up()).toMatchObject({ code: 0 });
    const { stdout } = await stack.must("stack", "output", "--json");
    expect(JSON.parse(stdout)).toEqual({ name: eu.address, table: "orders", address: `wss://${us.address}:9933` });
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect((await peers(us)).map(({ name }) => name)).toEqual([eu.address]);
  });

  test("an id of nothing, and one that is no id, are told apart", async () => {
    const absent = await stack.pulumi("import", "harper:index:Node", "x", `${us.address}/nobody`, "--yes");
    expect(absent.code).not.toBe(0);
    expect(absent.stdout + absent.stderr).toMatch(/does not exist/);
    const wrong = await stack.pulumi("import", "harper:index:Subscription", "x", node(), "--yes");
    expect(wrong.stdout + wrong.stderr).toMatch(/INSTANCE\/NODE\/DATABASE\/TABLE/);
  });

  test("functions answer, and their answers hold no secrets", async () => {
    stack.write(`import { getClusterStatus, getNodes, getRoutesOutput } from "pulumi-harper/native";
export const status = getClusterStatus({ target: "us-1" });
export const nodes = getNodes({ target: "us-1" });
export const routes = getRoutesOutput({ target: "eu-1" });
`);
    expect(await stack.up()).toMatchObject({ code: 0 });
    const { stdout } = await stack.must("stack", "output", "--json", "--show-secrets");
    const { status, nodes, routes: known } = JSON.parse(stdout);
    expect(status).toMatchObject({ instance: us.address, connections: [{ name: eu.address, subscriptions: rows }] });
    expect(nodes.nodes).toMatchObject([{ name: eu.address, replicateByDefault: false, replicates: true }]);
    expect(known).toEqual({
      instance: eu.address,
      file: [`wss://${us.address}:9933`],
      memory: [],
      restartPending: true,
    });
  });
});
