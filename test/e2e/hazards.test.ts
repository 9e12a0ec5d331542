import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { count, createTables, empty, type HarperInstance, insert, peers, poll } from "../../scripts/demo/harper.mts";
import { harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
/** Of each run its own: a process of Harper remembers what it had bound and received. */
const database = `hazards_${Date.now().toString(36)}`;
const program = (...lines: string[]) => `import { Node, Subscription } from "pulumi-harper/native";
const eu = new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${eu.address}", verifyTls: false, replicateByDefault: false });
${lines.join("\n")}
`;
const edge = (table: string, more = "", of = database) =>
  `new Subscription("${of}-${table}", { target: "us-1", node: eu.name, database: "${of}", table: "${table}"${more} });`;

/** Rows into one table of one end, one after the other, until it is told to stop. */
class Writer {
  readonly ids: string[] = [];
  private isDone = false;
  private readonly work: Promise<void>;

  constructor(
    readonly from: HarperInstance,
    readonly to: HarperInstance,
    private readonly table: string,
    private readonly of = database,
  ) {
    this.work = this.write();
  }

  private async write(): Promise<void> {
    while (!this.isDone) {
      const id = `${this.from.address}-${this.ids.length}`;
      await insert(this.from, this.table, [id], this.of);
      this.ids.push(id);
      await setTimeout(20);
    }
  }

  async stop(): Promise<void> {
    this.isDone = true;
    await this.work;
  }

  /** How many of these did not come, ten seconds later at most. */
  async missing(ids: readonly string[]): Promise<number> {
    return poll(
      () => this.lost(ids),
      (rows) => rows === 0,
      10_000,
    );
  }

  /** How many of these are not there now. */
  async lost(ids: readonly string[]): Promise<number> {
    return ids.length - (await count(this.to, this.table, ids, this.of));
  }
}

const writing = async (table: string, work: () => Promise<unknown>) => {
  const writers = [new Writer(us, eu, table), new Writer(eu, us, table)];
  await setTimeout(1000);
  const before = writers.map(({ ids }) => ids.length);
  await work();
  const after = writers.map(({ ids }) => ids.length);
  await setTimeout(1000);
  await Promise.all(writers.map((writer) => writer.stop()));
  return Promise.all(
    writers.map(async (writer, end) => ({
      written: writer.ids.length,
      before: await writer.missing(writer.ids.slice(0, before[end])),
      during: await writer.missing(writer.ids.slice(before[end], after[end])),
      after: await writer.missing(writer.ids.slice(after[end])),
    })),
  );
};
const say = (what: string, found: unknown) => process.stderr.write(`e2e: ${what}: ${JSON.stringify(found)}\n`);

describe("rows that are there, and rows that are written meanwhile", () => {
  let stack: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["dog", "cat", "bird"], database);
    for (const instance of [us, eu, ap]) await insert(instance, "dog", [`old-${instance.address}`], database);
    stack = await openStack("hazards", "native");
    stack.write(program());
    expect(await stack.up()).toMatchObject({ code: 0 });
  });
  afterAll(() => empty(harper()));

  test("an edge brings no old rows: preview says how many stay on which side, and they do", async () => {
    stack.write(program(edge("dog")));
    const { stdout } = await stack.must("preview");
    expect(stdout).toMatch(
      new RegExp(`warning: Subscription ${eu.address}/${database}\\.dog: .*us-1 has 1 row of .*; eu-1 has 1 row of `),
    );
    expect(await stack.up()).toMatchObject({ code: 0 });
    await insert(us, "dog", ["next"], database);
    expect(await poll(() => count(eu, "dog", ["next"], database), Boolean, 10_000)).toBe(1);
    expect(await count(eu, "dog", [`old-${us.address}`], database)).toBe(0);
    const again = await stack.must("preview");
    expect(again.stdout).not.toMatch(/already are not copied/);
  });

  test("an edge beside it, without activate, interrupts nothing: no row is missing", async () => {
    stack.write(program(edge("dog"), edge("cat")));
    const found = await writing("dog", async () => expect(await stack.up()).toMatchObject({ code: 0 }));
    say("missing rows while an edge is added", found);
    for (const { written: rows, before, during, after } of found) {
      expect([before, during, after]).toEqual([0, 0, 0]);
      expect(rows).toBeGreaterThan(50);
    }
  });

  test("activate: preview names what it interrupts, and what it says is lost is lost, and nothing else", async () => {
    const quiet = `quiet_${database}`;
    await createTables(harper(), ["dog"], quiet);
    const edges = [edge("dog"), edge("cat"), edge("dog", "", quiet)];
    stack.write(program(...edges));
    expect(await stack.up()).toMatchObject({ code: 0 });
    stack.write(program(...edges, edge("bird", ', activate: "reconnect"')));
    const { stdout } = await stack.must("preview");
    const all = [`${database}\\.cat`, `${database}\\.dog`, `${quiet}\\.dog`].join(", ");
    expect(stdout).toMatch(new RegExp(`warning: activate: reconnecting us-1 and .* will interrupt ${all} with`));

    const silent: Writer[] = [];
    const found = await writing("dog", async () => {
      const up = stack.up();
      const isApart = await poll(async () => (await peers(us)).length === 0, Boolean, 30_000);
      expect(isApart).toBe(true);
      silent.push(new Writer(us, eu, "dog", quiet), new Writer(eu, us, "dog", quiet));
      expect(await up).toMatchObject({ code: 0, stdout: expect.stringContaining("Reconnecting us-1") });
    });
    say("missing rows of a database of which rows came before", found);
    for (const { before, during, after } of found) expect([before, during, after]).toEqual([0, 0, 0]);

    const last = silent.map(({ ids }) => ids.length);
    await setTimeout(1000);
    await Promise.all(silent.map((writer) => writer.stop()));
    const lost = await Promise.all(
      silent.map(async (writer, end) => ({
        during: await writer.lost(writer.ids.slice(0, last[end])),
        after: await writer.missing(writer.ids.slice(last[end])),
      })),
    );
    say("missing rows of a database of which none came before", lost);
    for (const { during, after } of lost) {
      expect(during).toBeGreaterThan(0);
      expect(after).toBe(0);
    }
  });
});
