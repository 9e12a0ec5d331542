import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
import { harper, openStack, programs, project } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();

const edge = (table: string) => ({ database: "shop", table });
const both = (table: string) => ({ ...edge(table), subscribe: true, publish: true });

describe("from the packed package", () => {
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
  });
  afterAll(() => empty(harper()));

  test("the package is as npm wants it", async () => {
    const packageDirectory = join(programs, "node_modules", "pulumi-harper");
    const { messages, pkg } = await publint({ pkgDir: packageDirectory, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  const programsOfPulumi = readdirSync(join(project, "examples")).filter((example) =>
    existsSync(join(project, "examples", example, "Pulumi.yaml")),
  );
  test.each(programsOfPulumi)("%s is well typed", async (example) => {
    const folder = join(programs, `typed-${example}`);
    cpSync(join(project, "examples", example), folder, { recursive: true });
    const compiled = await run(join(programs, "node_modules", ".bin", "tsc"), ["-p", "."], { cwd: folder });
    expect(compiled).toMatchObject({ code: 0, stdout: "" });
  });

  test("native is the quickstart but for its import line", () => {
    const source = (example: string) => readFileSync(join(project, "examples", example, "index.ts"), "utf8");
    expect(source("native").replace("pulumi-harper/native", "pulumi-harper")).toBe(source("quickstart"));
  });

  test("mesh: everyone knows everyone, and nobody after destroy", async () => {
    const stack = await openStack("mesh", "mesh");
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 3 created") });
    // eu-1 and ap-1 learn of each other by gossip, and nothing waits for that.
    for (const instance of [us, eu, ap]) {
      const known = async () => (await peers(instance)).map(({ name, replicates }) => ({ name, replicates }));
      const others = [us, eu, ap].filter((other) => other !== instance);
      const expected = others.map(({ address }) => ({ name: address, replicates: true }));
      await expect.poll(known, { timeout: 30_000, interval: 500 }).toEqual(expected);
    }
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });

  test("sharded: every member has its shard, and nobody after destroy", async () => {
    const stack = await openStack("sharded", "sharded");
    expect(await stack.up()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) {
      const shards = async () => (await peers(instance)).map(({ shard }) => shard);
      await expect.poll(shards, { timeout: 30_000, interval: 500 }).toEqual([1, 1]);
    }
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });

  test("waves: the second waits for the first, and the output says when it was ready", async () => {
    const stack = await openStack("waves", "waves");
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringMatching(/readyAt *: "\d{4}-/) });
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });

  test("hub-and-spoke: each spoke has its edges, and another is a line of config", async () => {
    const spoke = (name: "eu-1" | "ap-1") => ["--plaintext", `spokes.${name}=${harper()[name].address}`];
    const config = ["--plaintext", "hub=us-1", "--plaintext", "verifyTls=false"];
    const stack = await openStack("hub-and-spoke", "hub-and-spoke", [...config, ...spoke("eu-1")]);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 2 created") });
    await stack.must("config", "set-all", "--path", ...spoke("ap-1"));
    expect(await stack.preview()).toEqual([{ op: "create", name: "ap-1", fields: [] }]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    const edges = (await peers(ap)).find(({ name }) => name === us.address)?.subscriptions;
    expect(edges).toEqual([
      { database: "shop", table: "orders", subscribe: false, publish: true },
      { database: "shop", table: "prices", subscribe: true, publish: false },
    ]);
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });

  test.each([
    ["multi-region", [{ ...edge("orders"), subscribe: true, publish: false }, both("prices")]],
    [
      "review-workflow",
      [
        { ...edge("orders"), subscribe: false, publish: true },
        { ...edge("prices"), subscribe: true, publish: false },
      ],
    ],
  ])("%s: one pair of its Cluster, and nothing is left", async (example, expected) => {
    const stack = await openStack(example, example);
    expect(await stack.up()).toMatchObject({ code: 0 });
    const there = (await peers(eu)).find(({ name }) => name === us.address)?.subscriptions ?? [];
    const on = there.filter(({ subscribe, publish }) => subscribe || publish);
    expect(on.toSorted((one, other) => (one.table < other.table ? -1 : 1))).toEqual(expected);
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });

  // Last: explicit edges before a full mesh of the same peers leave it deaf at times (docs/harper-defects.md).
  test("whole-lists: exactly these peers and routes, and none after destroy", async () => {
    const stack = await openStack("whole-lists", "whole-lists");
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 3 created") });
    const known = (await peers(us)).map(({ name, subscriptions }) => [name, subscriptions?.[0]]);
    expect(Object.fromEntries(known)).toEqual({
      [eu.address]: both("orders"),
      [ap.address]: { ...edge("prices"), subscribe: false, publish: true },
    });
    expect(await stack.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    for (const instance of [us, eu, ap]) expect(await peers(instance)).toEqual([]);
  });
});
