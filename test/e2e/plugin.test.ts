import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers, routes } from "../../scripts/demo/harper.mts";
import { harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();

/** One stack of the plugin through its whole life: each test goes on where the one before ended. */
describe("the quickstart on the plugin", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack("plugin", "native");
  });
  afterAll(() => empty(harper()));

  test("up makes what the program says, and a preview after it has no changes", async () => {
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 6 created") });
    expect((await peers(us)).map(({ name }) => name).sort()).toEqual([ap.address, eu.address].sort());
    expect(await routes(eu)).toEqual([`wss://${us.address}:9933`]);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });

  test("the state of a resource is under 1.5 kB, and says that it is to be refreshed", async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const ours = resources.filter(({ type }) => type.startsWith("harper:index:"));
    expect(ours).toHaveLength(5);
    for (const resource of ours) {
      expect(JSON.stringify(resource).length).toBeLessThan(1500);
      expect(resource).toMatchObject({ refreshBeforeUpdate: true });
    }
  });

  test("a plain preview shows what was changed and deleted by hand, and up mends it", async () => {
    await ask(us, { operation: "remove_node", hostname: eu.address });
    await ask(us, {
      operation: "update_node",
      hostname: ap.address,
      subscriptions: [{ database: "shop", table: "prices", subscribe: true, publish: true }],
    });
    await ask(eu, { operation: "set_configuration", replication_routes: [] });
    expect(await stack.preview()).toEqual(
      expect.arrayContaining([
        { op: "create", name: "eu-1", fields: [] },
        { op: "create", name: "orders", fields: [] },
        { op: "update", name: "prices", fields: ["subscribe"] },
        { op: "create", name: "eu-1-to-us-1", fields: [] },
      ]),
    );
    expect((await stack.pulumi("preview", "--expect-no-changes")).code).toBe(7);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect((await peers(us)).map(({ name }) => name).sort()).toEqual([ap.address, eu.address].sort());
    expect(await stack.preview()).toEqual([]);
  });

  test("with refreshBeforeUpdate off, a plain preview does not look", async () => {
    await stack.must("config", "set", "harper:refreshBeforeUpdate", "false");
    // The first makes it the provider's setting, the second what the state says of each object.
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await stack.pulumi("refresh", "--yes")).toMatchObject({ code: 0 });
    await ask(eu, { operation: "set_configuration", replication_routes: [] });
    expect(await stack.preview()).toEqual([]);
    await stack.must("config", "rm", "harper:refreshBeforeUpdate");
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await stack.pulumi("refresh", "--yes")).toMatchObject({ code: 0 });
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await routes(eu)).toEqual([`wss://${us.address}:9933`]);
  });

  test("a rotated password is an update of the provider and of nothing else", async () => {
    const login = { username: "rotated", role: "super_user", active: true };
    await ask(us, { operation: "add_user", ...login, password: "first-secret-word" });
    const configure = (password: string) =>
      stack.must(
        ...["config", "set-all", "--path", "--plaintext", "harper:instances.us-1.username=rotated"],
        ...["--secret", `harper:instances.us-1.password=${password}`],
      );
    await configure("first-secret-word");
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringMatching(/6 unchanged/) });
    await ask(us, { operation: "alter_user", username: "rotated", password: "second-secret-word" });
    await configure("second-secret-word");
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/not verified, its state is kept/) });
    expect(up.stdout).toMatch(/6 unchanged/);
    expect(up.stdout).not.toMatch(/replaced|updated/);
    const again = await stack.pulumi("preview", "--expect-no-changes");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).not.toContain("not verified");
  });

  test("destroy leaves nothing", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect([await peers(instance), await routes(instance)]).toEqual([[], []]);
  });
});

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
