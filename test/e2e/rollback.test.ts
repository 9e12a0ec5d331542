import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { type Outcome, run } from "../../scripts/demo/run.mts";
import type { Applied } from "../../topology/history/applied";
import type { Review } from "../../topology/review/review";
import { frontEnds, harper, openStack, openStackOn, project, type TestStack } from "./stack";

// Ten updates in one test, beside another file.
vi.setConfig({ testTimeout: 400_000 });

const tables = (...names: string[]) => names.map((table) => ({ database: "shop", table }));
const hub = (...names: string[]) => ({ type: "hubAndSpoke", hub: "us-1", tables: tables(...names) });
const oneWay = (direction: string, ...names: string[]) => ({
  ...hub(),
  tables: tables(...names).map((table) => ({ ...table, direction })),
});
const pair = (one: string, other: string, ...names: string[]) => ({
  type: "edges",
  edges: [{ between: [one, other], tables: tables(...names) }],
});

/** Each with what it is called in the history. */
const ten: [shape: object, headline: RegExp][] = [
  [hub("orders"), /^adds 3 instances and 2 edges$/],
  [hub("orders", "prices"), /^adds 2 edges$/],
  [oneWay("toHub", "orders", "stock"), /^adds 2 edges, removes 2 edges, changes 2 edges; /],
  [hub("stock"), /^removes 2 edges, changes 2 edges; /],
  [oneWay("fromHub", "prices"), /^adds 2 edges, removes 2 edges; /],
  [pair("us-1", "eu-1", "prices"), /^removes 1 instance and 1 edge, changes 1 edge; shop\.prices of us-1 no longer/],
  [pair("us-1", "eu-1", "orders", "prices", "stock"), /^adds 2 edges$/],
  [hub("orders"), /^adds 1 instance and 1 edge, removes 2 edges; /],
  [hub("prices"), /^adds 2 edges, removes 2 edges; /],
  [pair("us-1", "ap-1", "orders"), /^adds 1 edge, removes 1 instance and 2 edges; /],
];

const instances = () =>
  Object.fromEntries(Object.entries(harper()).map(([name, { address }]) => [name, { hostname: address }]));

/** What every instance stores of the others: the edges that are on. */
async function stored(): Promise<object> {
  const all = Object.entries(harper()).map(async ([name, instance]) => {
    const rows = (await peers(instance)).map(({ name: peer, subscriptions = [] }) => {
      const on = subscriptions.filter(({ subscribe, publish }) => subscribe || publish);
      return `${peer}: ${on.map(({ table, subscribe, publish }) => `${table} ${subscribe} ${publish}`).sort()}`;
    });
    return [name, rows.sort()] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

let stack: TestStack;
const command = (...args: string[]): Promise<Outcome> =>
  run("node", [join(project, "dist/cli/main.js"), ...args], { cwd: stack.folder });
const use = (shape: object) => stack.must("config", "set", "environments:shape", JSON.stringify(shape));

async function applied(shape: object): Promise<object> {
  await use(shape);
  expect(await stack.up()).toMatchObject({ code: 0 });
  return stored();
}

async function listed(): Promise<Applied[]> {
  const { code, stdout, stderr } = await command("history", "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Applied[];
}

async function open(name: string, module: string) {
  await empty(harper());
  await createTables(harper(), ["orders", "prices", "stock"]);
  const config = { shape: {}, instances: instances(), verifyTls: false };
  const settings = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${JSON.stringify(value)}`]);
  stack = await openStack(name, "environments", settings);
  if (module !== "pulumi-harper") stack.usePlugin();
}

/** The change of the configuration that a rollback prints makes the program agree. */
async function changedAsSaid({ program }: Review) {
  expect(program?.configuration).toHaveLength(1);
  const [line = ""] = program?.configuration ?? [];
  const done = await run("sh", ["-c", line], { cwd: stack.folder });
  expect(done, done.stderr).toMatchObject({ code: 0 });
}

describe("ten topologies on the plugin", () => {
  let third: object;

  beforeAll(() => open("rollback-plugin", "pulumi-harper/native"));
  afterAll(() => empty(harper()));

  test("each is in the history, with what it changed", { timeout: 400_000 }, async () => {
    for (const [index, [shape]] of ten.entries()) {
      const now = await applied(shape);
      if (index === 2) third = now;
    }
    const updates = (await listed()).toReversed();
    expect(updates.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [index, [, headline]] of ten.entries())
      expect(updates[index], `update ${index + 1}`).toMatchObject({
        kind: "update",
        result: "succeeded",
        headline: expect.stringMatching(headline),
      });
  });

  test("the third is shown, put back, and the program that is changed as said has no changes", async () => {
    const before = await stored();
    const shown = await command("rollback", "--to", "3", "--dry-run", "--format", "json");
    expect(shown, shown.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(before);
    const review = JSON.parse(shown.stdout) as Review;
    expect(review.headline).toMatch(/^adds 1 instance and 3 edges, changes 1 edge; /);
    expect(review.lasting).toContain("rows of shop.orders that came from us-1 stay on ap-1");

    const done = await command("rollback", "--to", "3", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(done.stderr).toContain("the cluster is as after update 3");
    expect(await stored()).toEqual(third);

    expect(await stack.preview()).not.toEqual([]);
    await changedAsSaid(review);
    expect(await stack.preview()).toEqual([]);
    expect(await command("drift")).toMatchObject({ code: 0 });
    expect((await listed())[0]).toMatchObject({ number: 11, headline: expect.stringMatching(review.headline) });
  });

  test("an edge that was taken away by hand is put back, too", async () => {
    const now = await stored();
    const { "us-1": us, "eu-1": eu } = harper();
    const off = { database: "shop", table: "stock", subscribe: false, publish: false };
    await ask(us, { operation: "update_node", hostname: eu.address, verify_tls: false, subscriptions: [off] });
    const done = await command("rollback", "--to", "3", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(done.stdout).toContain("+ edge eu-1 -> us-1: shop.stock");
    expect(await stored()).toEqual(now);
  });

  test("what was destroyed is put back", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    const done = await command("rollback", "--to", "3", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(third);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});

describe("three topologies on the dynamic provider", () => {
  beforeAll(() => open("rollback-dynamic", frontEnds[0].module));
  afterAll(() => empty(harper()));

  test("the first is put back", async () => {
    const first = await applied(hub("orders"));
    await applied(hub("orders", "prices"));
    await applied(pair("us-1", "eu-1", "stock"));
    expect((await listed()).map(({ number }) => number)).toEqual([3, 2, 1]);
    const shown = await command("rollback", "--to", "1", "--dry-run", "--format", "json");
    expect(shown, shown.stderr).toMatchObject({ code: 0 });
    const done = await command("rollback", "--to", "1", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(first);
    await changedAsSaid(JSON.parse(shown.stdout) as Review);
    expect(await stack.preview("--refresh")).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});

/** A program whose Node has its host from a resource of another package, and whose component holds both. */
const mixed = (address: string) => `
import { ComponentResource, Config, dynamic, type Output } from "@pulumi/pulumi";
import { Node, Subscription } from "pulumi-harper/native";

class Machine extends dynamic.Resource {
  declare readonly host: Output<string>;
  constructor(name: string, host: string, parent: ComponentResource) {
    super({ create: async (outs) => ({ id: name, outs }) }, name, { host }, { parent });
  }
}

class Region extends ComponentResource {
  constructor(name: string, tables: string[]) {
    super("my:index:Region", name);
    const { host } = new Machine(name + "-machine", "${address}", this);
    const options = { parent: this };
    const node = new Node(name, { target: "us-1", peer: "eu-1", hostname: host, replicateByDefault: false, verifyTls: false }, options);
    for (const table of tables) new Subscription(table, { target: "us-1", node: node.name, database: "shop", table }, options);
    this.registerOutputs({ count: tables.length });
  }
}

const tables = new Config().requireObject<string[]>("tables");
new Region("eu", tables);
export const count = tables.length;
`;

describe("a stack that has resources of others", () => {
  beforeAll(() => open("rollback-mixed", "pulumi-harper/native"));
  afterAll(() => empty(harper()));

  const up = async (...names: string[]) => {
    await stack.must("config", "set", "environments:tables", JSON.stringify(names));
    expect(await stack.up()).toMatchObject({ code: 0 });
    return stored();
  };
  const others = async () =>
    ((await stack.state()).deployment.resources ?? []).filter(({ type }) => type === "pulumi-nodejs:dynamic:Resource");

  test("they stay as they are, and so do the outputs", async () => {
    stack.write(mixed(harper()["eu-1"].address));
    const first = await up("orders");
    await up("prices", "stock");
    const before = await others();
    const shown = await command("rollback", "--to", "1", "--dry-run", "--format", "json");
    const done = await command("rollback", "--to", "1", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(first);
    expect(before).toHaveLength(1);
    expect(await others()).toEqual(before);
    const { resources = [] } = (await stack.state()).deployment;
    expect(resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs).toEqual({ count: 2 });
    await changedAsSaid(JSON.parse(shown.stdout) as Review);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});

/** All that it knows of instances is in the program, as arguments of its own provider. */
const own = (timeoutSeconds: number) => `
import { Config } from "@pulumi/pulumi";
import { Node, Provider, Subscription } from "pulumi-harper/native";

const config = new Config();
const provider = new Provider("own", { instances: config.requireSecretObject("members"), timeoutSeconds: ${timeoutSeconds} });
const node = new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${harper()["eu-1"].address}", replicateByDefault: false, verifyTls: false }, { provider });
for (const table of config.requireObject<string[]>("tables"))
  new Subscription(table, { target: "us-1", node: node.name, database: "shop", table }, { provider });
`;

describe("a stack with a provider of its own, and nothing in harper:instances", () => {
  const members = () =>
    Object.fromEntries(
      Object.entries(harper()).map(([name, { endpoint, username, password }]) => [
        name,
        { endpoint, username, password },
      ]),
    );
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    const settings = ["--secret", `members=${JSON.stringify(members())}`];
    stack = await openStackOn(Object.values(harper()), "rollback-provider", "environments", settings);
    stack.usePlugin();
  });
  afterAll(() => empty(harper()));

  const up = async (timeoutSeconds: number, ...names: string[]) => {
    stack.write(own(timeoutSeconds));
    await stack.must("config", "set", "environments:tables", JSON.stringify(names));
    expect(await stack.up()).toMatchObject({ code: 0 });
    return stored();
  };
  /** Its secrets are encrypted anew each time. */
  const provider = async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const own = resources.filter(({ type }) => type === "pulumi:providers:harper");
    return own.map(({ urn, inputs }) => ({ urn, ...inputs, instances: undefined }));
  };

  test("the first is put back through today's provider", async () => {
    const first = await up(20, "orders");
    await up(25, "prices", "stock");
    const before = await provider();
    expect(before).toMatchObject([{ timeoutSeconds: "25" }]);
    const shown = await command("rollback", "--to", "1", "--dry-run", "--format", "json");
    expect(shown, shown.stderr).toMatchObject({ code: 0 });
    const done = await command("rollback", "--to", "1", "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(first);
    expect(await provider()).toEqual(before);
    for (const { password } of Object.values(harper()))
      expect([shown, done].some(({ stdout, stderr }) => (stdout + stderr).includes(password))).toBe(false);
    await changedAsSaid(JSON.parse(shown.stdout) as Review);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });

  test("what was destroyed with its provider is put back, too", async () => {
    const first = await up(20, "orders");
    const { number } = (await listed())[0] ?? expect.fail("there is no update");
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    const done = await command("rollback", "--to", String(number), "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toEqual(first);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});
