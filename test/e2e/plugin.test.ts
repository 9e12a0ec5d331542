import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers, routes } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
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

  test("the state of a resource is under 1.6 kB, and says that it is to be refreshed", async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const ours = resources.filter(({ type }) => type.startsWith("harper:index:"));
    expect(ours).toHaveLength(5);
    for (const resource of ours) {
      expect(JSON.stringify(resource).length).toBeLessThan(1600);
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
    await ask(us, { operation: "drop_user", username: "rotated" }).catch(() => undefined);
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

  test("an engine that is killed in the middle of a write loses nothing: the next up takes over what is there", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    const kill = new AbortController();
    const args = ["up", "--yes", "--skip-preview", "--parallel=1", "--non-interactive"];
    const killed = run("pulumi", args, { cwd: stack.folder, kill: kill.signal });
    await expect.poll(() => peers(us), { timeout: 30_000, interval: 20 }).not.toEqual([]);
    kill.abort();
    expect((await killed).code).not.toBe(0);
    await stack.pulumi("cancel", "--yes");
    const next = await stack.up();
    expect(next).toMatchObject({ code: 0 });
    expect(next.stdout).toMatch(/is there already: adopted/);
    expect((await peers(us)).map(({ name }) => name).sort()).toEqual([ap.address, eu.address].sort());
    expect(await stack.preview()).toEqual([]);
  });

  test("destroy leaves nothing", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect([await peers(instance), await routes(instance)]).toEqual([[], []]);
  });
});

describe("an explicit provider", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10"]);
    stack = await openStack("explicit-provider", "native");
    await stack.must("config", "rm", "--path", "harper:instances");
    stack.write(program(10));
  });
  afterAll(() => empty(harper()));

  const program = (edges: number) => `import { Config, secret } from "@pulumi/pulumi";
import { Node, Provider } from "pulumi-harper/native";
const at = (endpoint: string) => ({ endpoint, username: "${us.username}", password: new Config().requireSecret("password") });
const provider = new Provider("both", {
  instances: { us: at("${us.endpoint}"), eu: at("${eu.endpoint}") },
  timeoutSeconds: 20,
});
const subscriptions = Array.from({ length: ${edges} }, (_, index) => ({ database: "shop", table: "t" + (index * 7) % ${edges} }));
new Node("eu", { target: "us", peer: "eu", hostname: "${eu.address}", verifyTls: false, subscriptions }, { provider });
`;

  test("knows many instances from one process, with its secrets in no state in clear", async () => {
    // As a word of its own, one that begins with "-" would be an unknown flag, which Pulumi prints.
    await stack.must("config", "set-all", "--secret", `password=${us.password}`);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 3 created") });
    expect(JSON.stringify(await stack.state())).not.toContain(us.password);
    expect(await stack.preview()).toEqual([]);
  });

  test("one more edge beside ten is one line of the preview, whatever their order", async () => {
    stack.write(program(11));
    const { stdout } = await stack.must("preview", "--diff");
    const lines = stdout
      .split("\n")
      .filter((line) => /^\s+[+~-] /.test(line) && !/harper:index|pulumi:|to update/.test(line));
    expect(lines.map((line) => line.trim().replace(/\s+/g, " "))).toEqual([
      "~ subscriptions: [",
      expect.stringMatching(/^\+ \[\d+\]: \{$/),
      '+ database : "shop"',
      "+ publish : true",
      "+ subscribe: true",
      '+ table : "t10"',
    ]);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("~ 1 updated") });
    expect(await stack.preview()).toEqual([]);
  });

  test("an endpoint that is not known yet defers what is asked of the instance, and preview says so", async () => {
    const explicit = stack.read();
    stack.write(
      `${explicit}
const later = new Node("ap", { target: "us", hostname: "${ap.address}", verifyTls: false, replicateByDefault: false,
  authorization: { username: "${ap.username}", password: new Config().requireSecret("password") } }, { provider });
const unknown = new Provider("later", { endpoint: later.name.apply(() => "${ap.endpoint}"),
  username: "${ap.username}", password: new Config().requireSecret("password") });
new Route("route", { hostname: "${us.address}" }, { provider: unknown });
`.replace("", 'import { Route } from "pulumi-harper/native";\n'),
    );
    const { stdout } = await stack.must("preview");
    expect(stdout).toMatch(/configuration is not known yet, so nothing is checked against the live instances/);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 3 created") });
    expect(await routes(ap)).toEqual([`wss://${us.address}:9933`]);
    expect(await stack.preview()).toEqual([]);
    stack.write(explicit);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("- 3 deleted") });
  });

  test("an object that is made in part only is shown as such, and the next up completes it", async () => {
    const login = (password: string) => `authorization: { username: "${ap.username}", password: ${password} }`;
    const explicit = stack.read();
    const more = (password: string) => `${explicit}
new Node("ap", { target: "us", hostname: "${ap.address}", verifyTls: false, replicateByDefault: false, ${login(password)} }, { provider });
`;
    stack.write(more('"not-its-password"'));
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toMatch(/add_node on us: the record here/);
    expect([(await peers(us)).length, (await peers(ap)).length]).toEqual([2, 0]);
    stack.write(more('new Config().requireSecret("password")'));
    expect((await stack.preview()).map(({ op, name }) => ({ op, name }))).toEqual([{ op: "update", name: "ap" }]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect((await peers(ap)).map(({ name }) => name)).toEqual([us.address]);
    expect(await stack.preview()).toEqual([]);
    stack.write(explicit);
    expect(await stack.up()).toMatchObject({ code: 0 });
  });

  test("destroy leaves nothing", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect([await peers(us), await peers(eu)]).toEqual([[], []]);
  });
});
