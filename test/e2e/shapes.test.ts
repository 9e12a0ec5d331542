import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  count,
  createTables,
  empty,
  type HarperInstance,
  insert,
  peers,
  poll,
  settings,
} from "../../scripts/demo/harper.mts";
import { reachedFrom } from "../../topology/paths";
import { type Shape, topologyOf } from "../../topology/shapes";
import { startCluster } from "./clusters.mts";
import { openStackOn, type TestStack } from "./stack";

const names = ["us-1", "us-2", "eu-1", "eu-2"] as const;
const file = process.env.PULUMI_HARPER_TEST_CLUSTER ?? "";
const { instances } = JSON.parse(readFileSync(file, "utf8")) as { instances: Record<string, HarperInstance> };
const harper = Object.fromEntries(
  names.map((name, index) => [name, Object.values(instances)[index] as HarperInstance]),
);
const at = (name: string) => harper[name] as HarperInstance;

const orders = { database: "shop", table: "orders" };
const prices = { database: "shop", table: "prices" };
const shapes: Record<string, Shape> = {
  mesh: { type: "mesh" },
  "hub and spoke": { type: "hubAndSpoke", hub: "us-1", tables: [{ ...orders, direction: "toHub" }, prices] },
  regions: { type: "regions", links: [{ between: ["us", "eu"], tables: [{ ...orders, from: "us" }] }] },
  // All from one end: Harper's own certificates do not stand a chain of joins (docs/harper-defects.md).
  edges: {
    type: "edges",
    edges: [
      { between: ["us-2", "us-1"], tables: [orders] },
      { between: ["us-2", "eu-1"], tables: [{ ...orders, from: "us-2" }, prices] },
      { between: ["us-2", "eu-2"], tables: [{ ...prices, from: "eu-2" }] },
    ],
  },
};

const placed = Object.fromEntries(names.map((name) => [name, { region: name.slice(0, 2) }]));
const configOf = (shape: Shape, members: readonly string[] = names) => [
  ...["--plaintext", `shape=${JSON.stringify(shape)}`],
  ...["--plaintext", "verifyTls=false"],
  ...[
    "--plaintext",
    `instances=${JSON.stringify(Object.fromEntries(members.map((name) => [name, { ...placed[name], hostname: at(name).address }])))}`,
  ],
];

let written = 0;

/** Writes a row of a table on each, and waits for it, for a bounded time, where it is expected; answers how to ask who has it. */
async function arrived(table: string, expected: Record<string, string[]>, members: readonly string[] = names) {
  const run = written++;
  const id = (name: string) => `${table}-${name}-${run}`;
  for (const name of members) await insert(at(name), table, [id(name)]);
  const arrivals = async () =>
    Object.fromEntries(
      await Promise.all(
        members.map(async (from) => {
          const has = await Promise.all(members.map((to) => count(at(to), table, [id(from)])));
          return [from, members.filter((to, index) => to !== from && has[index] === 1)] as const;
        }),
      ),
    );
  const isAll = (found: Record<string, string[]>) => JSON.stringify(found) === JSON.stringify(expected);
  await poll(arrivals, isAll, 30_000);
  return arrivals;
}

function expectedOf(shape: Shape, table: string, members: readonly string[] = names) {
  const known = Object.fromEntries(members.map((name) => [name, placed[name] ?? {}]));
  const { topology } = topologyOf(known, shape);
  return Object.fromEntries(
    members.map((name) => {
      const reached = reachedFrom(topology, name, `shop.${table}`);
      return [name, members.filter((other) => reached.has(other))];
    }),
  );
}

beforeAll(() => createTables(harper, ["orders", "prices"]));
/** A process that had other sockets with a peer before may go on with them (docs/harper-defects.md). */
beforeEach(async () => {
  await startCluster("shapes", { nodes: names.length });
});
afterEach(() => empty(harper));

let stacks = 0;

async function open(module: string): Promise<TestStack> {
  const stack = await openStackOn(Object.values(harper), `shapes-${stacks++}`, "environments", settings(harper));
  if (module !== "pulumi-harper") stack.usePlugin();
  return stack;
}

/** Declares these instances, and sees that rows arrive where the shape says and nowhere else, and that nothing is left to do. */
async function holds(stack: TestStack, shape: Shape, members: readonly string[] = names): Promise<void> {
  await stack.must("config", "set-all", "--path", ...configOf(shape, members));
  expect(await stack.up()).toMatchObject({ code: 0 });
  const tables = ["orders", "prices"].map((table) => ({ table, expected: expectedOf(shape, table, members) }));
  const arrivals: Awaited<ReturnType<typeof arrived>>[] = [];
  for (const { table, expected } of tables) arrivals.push(await arrived(table, expected, members));
  expect(await stack.preview()).toEqual([]);
  // By now, what is sent on would have come, too.
  for (const [index, { table, expected }] of tables.entries())
    expect(await arrivals[index]?.(), `${table}, ${members}`).toEqual(expected);
}

async function endsEmpty(stack: TestStack): Promise<void> {
  expect(await stack.destroy()).toMatchObject({ code: 0 });
  for (const one of names) expect(await peers(at(one)), one).toEqual([]);
}

async function comesAndGoes(name: string, leaver: string): Promise<void> {
  const shape = shapes[name] as Shape;
  const stack = await open("pulumi-harper/native");
  await holds(stack, shape);
  await holds(
    stack,
    shape,
    names.filter((one) => one !== leaver),
  );
  expect(await peers(at(leaver))).toEqual([]);
  await holds(stack, shape);
  await endsEmpty(stack);
}

// Meshes first: a peer that had edges before may be deaf to a full join, even after a restart.
test("mesh: who leaves is out everywhere; all others go on; and it comes back", () => comesAndGoes("mesh", "us-1"));
test("regions: the same", () => comesAndGoes("regions", "eu-2"));

test("the dynamic provider makes the same of regions", async () => {
  const stack = await open("pulumi-harper");
  await holds(stack, shapes.regions as Shape);
  await endsEmpty(stack);
});

test("hub and spoke: who leaves is out, all others go on, and it comes back", () =>
  comesAndGoes("hub and spoke", "eu-1"));

test("edges of one's own go one step", async () => {
  const stack = await open("pulumi-harper/native");
  await holds(stack, shapes.edges as Shape);
  await endsEmpty(stack);
});
