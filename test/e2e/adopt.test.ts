import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ask, createTables, empty, type HarperInstance, peers, poll, routes } from "../../scripts/demo/harper.mts";
import { type Outcome, run } from "../../scripts/demo/run.mts";
import { harper, programs, project, TestStack } from "./stack";

const instances = harper();
const { "us-1": us, "eu-1": eu, "ap-1": ap } = instances;
const all = Object.values(instances);
const passwords = all.map(({ password }) => password);
const known = ["--instances", process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""];

/** As an operator does it, past this package. */
const edge = (table: string, subscribe: boolean, publish: boolean) => ({ database: "shop", table, subscribe, publish });
const joined = (at: HarperInstance, peer: HarperInstance, subscriptions?: object[]) =>
  ask(at, {
    operation: "add_node",
    hostname: peer.address,
    verify_tls: false,
    authorization: { username: peer.username, password: peer.password },
    ...(subscriptions && { subscriptions }),
  });
/** Until the records are so ten times in a row: each remove_node and add_node is followed by what the others make of it. */
async function until(areSo: () => Promise<boolean>, mend = async () => {}): Promise<void> {
  let [so, not] = [0, 0];
  const isHeld = async () => {
    [so, not] = (await areSo()) ? [so + 1, 0] : [0, not + 1];
    if (not > 0 && not % 20 === 0) await mend();
    return so === 10;
  };
  expect(await poll(isHeld, Boolean, 30_000), JSON.stringify(await Promise.all(all.map(peers)))).toBe(true);
}
/** Of the others, these and nobody else. */
const know = async (instance: HarperInstance, ...others: HarperInstance[]) =>
  others.map(({ address }) => address).join() ===
  (await peers(instance))
    .map(({ name }) => name)
    .sort()
    .join();

/**
 * All three know each other. Who joins brings its log along, and what a test before removed of it takes a member out
 * again (docs/harper-defects.md): it is joined once more.
 */
async function mesh(): Promise<void> {
  const pairs: [HarperInstance, HarperInstance][] = [
    [us, eu],
    [us, ap],
    [eu, ap],
  ];
  const areApart = async ([one, other]: (typeof pairs)[number]) =>
    !(await peers(one)).some(({ name }) => name === other.address) ||
    !(await peers(other)).some(({ name }) => name === one.address);
  const apart = async () => {
    const are = await Promise.all(pairs.map(areApart));
    return pairs.filter((_, index) => are[index]);
  };
  await joined(us, eu);
  await joined(us, ap);
  await until(
    async () => (await apart()).length === 0,
    async () => {
      for (const [one, other] of await apart()) await joined(one, other).catch(() => undefined);
    },
  );
}

/** The command in a new folder; its output is searched for passwords. */
async function adopt(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome & { stack: TestStack }> {
  const folder = join(programs, name);
  rmSync(folder, { recursive: true, force: true });
  const cli = [join(project, "dist/cli/main.js"), "import", "--dir", folder, ...args];
  const outcome = await run("node", cli, { cwd: programs, env });
  const written = ["index.ts", "import.json", "Pulumi.yaml", "Pulumi.dev.yaml"]
    .map((file) => join(folder, file))
    .filter(existsSync)
    .map((file) => readFileSync(file, "utf8"));
  for (const password of passwords)
    expect([outcome.stdout, outcome.stderr, ...written].join().includes(password)).toBe(false);
  mkdirSync(folder, { recursive: true });
  return { ...outcome, stack: new TestStack(folder, passwords) };
}

async function expectNothingLeft(stack: TestStack) {
  expect(await stack.destroy()).toMatchObject({ code: 0 });
  for (const instance of all) {
    expect(await peers(instance)).toEqual([]);
    expect(await routes(instance)).toEqual([]);
  }
}

beforeEach(async () => {
  await empty(instances);
  await createTables(instances, ["orders", "prices", "stock"]);
});
afterAll(() => empty(instances));

describe("a mesh", () => {
  beforeEach(mesh);

  test("from one member and its peers, with a route, is a Cluster; a preview shows nothing, and destroy leaves nothing", async () => {
    await ask(eu, { operation: "set_configuration", replication_routes: [`wss://${us.address}:9933`] });
    const from = ["--from", us.endpoint, "--username", us.username, "--try-peers", "--yes"];
    const adopted = await adopt("adopt-mesh", from, { HARPER_PASSWORD: us.password });
    expect(adopted, adopted.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("shows no change") });
    const { stack } = adopted;
    expect(stack.read()).toContain('shape: { type: "mesh" }');
    expect(stack.read()).toContain(`routes: ["${us.address}"]`);
    await stack.must("preview", "--expect-no-changes");
    expect((await run("tsc", ["-p", "."], { cwd: stack.folder })).stdout).toBe("");
    await expectNothingLeft(stack);
  });

  test("flat, each member is the peer of one Node, and up changes nothing", async () => {
    const adopted = await adopt("adopt-mesh-flat", [...known, "--flat", "--yes"]);
    expect(adopted, adopted.stderr).toMatchObject({ code: 0 });
    expect(adopted.stack.read().match(/new Node\(/g)).toHaveLength(3);
    await adopted.stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
    await expectNothingLeft(adopted.stack);
  });

  test("of which one member alone may be asked, is what that one stores", async () => {
    const adopted = await adopt("adopt-mesh-one", ["--from", us.endpoint, "--username", us.username, "--yes"], {
      HARPER_PASSWORD: us.password,
    });
    expect(adopted, adopted.stderr).toMatchObject({ code: 0 });
    expect(adopted.stderr).toContain(`note: ${eu.address} is declared by what its partners store of it`);
    expect(adopted.stack.read()).not.toContain("peer:");
  });
});

describe("a hub, with an edge that was turned off and routes in both forms", () => {
  beforeEach(async () => {
    const subscriptions = [edge("orders", true, true), edge("prices", false, true), edge("stock", true, true)];
    for (const spoke of [eu, ap]) {
      await joined(us, spoke, subscriptions);
      const off = [edge("orders", true, true), edge("prices", false, true), edge("stock", false, false)];
      await ask(us, { operation: "update_node", hostname: spoke.address, verify_tls: false, subscriptions: off });
      await until(() => know(spoke, us));
    }
    await ask(eu, {
      operation: "set_configuration",
      replication_routes: [`wss://${us.address}:9933`, { hostname: ap.address, port: 9944 }],
    });
  });

  test("is a Cluster with the routes beside it", async () => {
    const adopted = await adopt("adopt-hub", [...known, "--yes"]);
    expect(adopted, adopted.stderr).toMatchObject({ code: 0 });
    expect(adopted.stack.read()).toContain('type: "hubAndSpoke"');
    expect(adopted.stack.read()).toContain('{ database: "shop", table: "prices", direction: "fromHub" }');
    expect(adopted.stack.read()).not.toContain("stock");
    expect(adopted.stack.read().match(/new Route\(/g)).toHaveLength(2);
    await expectNothingLeft(adopted.stack);
  });

  test("flat, it is Nodes, Subscriptions and Routes; a second import into it is refused, until the stack has none", async () => {
    const adopted = await adopt("adopt-hub-flat", [...known, "--flat", "--yes"]);
    expect(adopted, adopted.stderr).toMatchObject({ code: 0 });
    const { stack } = adopted;
    expect(stack.read().match(/new (Node|Subscription|Route)\(/g)).toHaveLength(8);
    expect((await run("tsc", ["-p", "."], { cwd: stack.folder })).stdout).toBe("");
    const cli = [join(project, "dist/cli/main.js"), "import", "--yes"];
    expect(await run("node", cli, { cwd: stack.folder })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has index.ts already"),
    });
    rmSync(join(stack.folder, "index.ts"));
    rmSync(join(stack.folder, "import.json"));
    expect(await run("node", cli, { cwd: stack.folder })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /the stack dev has resources already \(Node "node-1\/node-2", .*, 3 more\): say --stack/,
      ),
    });
    await stack.must("state", "delete", "--yes", "--all");
    expect(await run("node", cli, { cwd: stack.folder })).toMatchObject({ code: 0 });
    await expectNothingLeft(stack);
  });
});

test("a member that one end alone knows is named with exit code 3, and up mends it", async () => {
  await joined(us, eu, [edge("orders", true, true)]);
  await joined(us, ap, [edge("orders", true, true)]);
  await until(() => know(ap, us));
  // Its record of us goes, past Harper's own way of telling.
  await ask(ap, { operation: "delete", database: "system", table: "hdb_nodes", ids: [us.address] });
  expect(await peers(ap)).toEqual([]);
  const adopted = await adopt("adopt-half", [...known, "--yes"]);
  expect(adopted, adopted.stderr + adopted.stdout).toMatchObject({ code: 3 });
  expect(adopted.stderr).toContain("to mend: node-1 knows node-3, and node-3 has no record of node-1");
  expect(adopted.stdout).toMatch(/^update harper:index:Node "node-1\/node-3" \(mirror\)$/m);
  expect(adopted.stack.read()).toContain("// To mend: node-1 knows node-3");
  expect(await adopted.stack.up()).toMatchObject({ code: 0 });
  await adopted.stack.must("preview", "--expect-no-changes");
  await expectNothingLeft(adopted.stack);
});

test("what a removal left on the one that went is named; out of the program it takes nobody along", async () => {
  await mesh();
  await ask(us, { operation: "remove_node", hostname: ap.address });
  await until(
    async () => (await know(us, eu)) && (await know(eu, us)) && (await know(ap, us, eu)),
    // Sometimes it does not hear of it.
    async () => void (await ask(eu, { operation: "remove_node", hostname: ap.address }).catch(() => undefined)),
  );
  const adopted = await adopt("adopt-left", [...known, "--yes"]);
  expect(adopted, adopted.stderr + adopted.stdout).toMatchObject({ code: 3 });
  expect(adopted.stdout).toBe(
    'update harper:index:Node "node-3/node-1" (mirror)\nupdate harper:index:Node "node-3/node-2" (mirror)\n',
  );
  const { stack } = adopted;
  const whole = stack.read();
  // Out of the program alone: nothing is removed, as the others keep each other.
  stack.write(whole.slice(0, whole.indexOf("// To mend")));
  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await peers(us)).toMatchObject([{ name: eu.address, replicates: true }]);
  expect(await peers(eu)).toMatchObject([{ name: us.address, replicates: true }]);
  // As docs/adopting.md says it: declared at one that stays, and taken out again.
  const kept = stack.read();
  stack.write(`${kept}\nnew Node("leaving", { target: "node-1", hostname: "${ap.address}" });\n`);
  expect(await stack.up()).toMatchObject({ code: 0 });
  stack.write(kept);
  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await peers(ap)).toEqual([]);
  expect(await peers(us)).toMatchObject([{ name: eu.address, replicates: true }]);
  expect(await peers(eu)).toMatchObject([{ name: us.address, replicates: true }]);
  expect(await stack.destroy()).toMatchObject({ code: 0 });
});
