import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { count, createTables, empty, insert, type Name, names, poll } from "../../scripts/demo/harper.mts";
import { realWorld } from "../lifecycle/real-world";
import { run, type World } from "../lifecycle/world";
import { harper } from "./stack";

/** Rows are written on one instance and counted on another: what the records say proves nothing. */
describe("rows flow as declared", () => {
  let world: World;
  let provider: ReturnType<typeof run>;
  // What was bound to a database stays bound in a process of Harper, so each test has a database of its own.
  let database = "";
  let tests = 0;
  let row = 0;

  beforeAll(async () => {
    world = await realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? "");
  });
  beforeEach(async () => {
    await empty(harper());
    database = `flow_${Date.now().toString(36)}_${tests++}`;
    await createTables(harper(), ["dog", "cat", "bird"], database);
    provider = run(world);
  });
  afterEach(() => provider.close());
  afterAll(() => empty(harper()));

  const node = (name: "eu" | "ap", rest: object = {}) => ({
    target: "us",
    peer: name,
    hostname: world.instances[name].reports,
    verifyTls: false,
    ...rest,
  });
  const explicit = { replicateByDefault: false };
  const edge = (table: string, rest: object = {}) => ({
    target: "us",
    node: world.instances.eu.reports,
    database,
    table,
    ...rest,
  });
  const nextRun = async () => {
    await provider.close();
    provider = run(world);
  };
  const said = () => provider.said.join("\n");

  /** Three rows, and how many of them arrive: all within ten seconds, or none within one and a half. */
  async function arriving(
    from: Name,
    to: Name,
    table: string,
    expected: 0 | 3,
    limitMs = expected === 3 ? 10_000 : 1500,
  ): Promise<number> {
    const ids = [1, 2, 3].map(() => `row-${row++}`);
    await insert(harper()[from], table, ids, database);
    const isFinal = (rows: number) => (expected === 3 ? rows === 3 : rows > 0);
    return poll(() => count(harper()[to], table, ids, database), isFinal, limitMs);
  }
  const flows = async (from: Name, to: Name, table: string) => expect(await arriving(from, to, table, 3)).toBe(3);
  const stays = async (from: Name, to: Name, table: string) => expect(await arriving(from, to, table, 0)).toBe(0);

  // First: explicit edges removed before it can leave a full mesh deaf (docs/harper-defects.md).
  test("full replication: every table among all three, and none after", async () => {
    const made = [await provider.node.create(node("eu")), await provider.node.create(node("ap"))];
    // The members learn of each other one after the other, and nothing waits for the last to be known to all.
    for (const from of names)
      for (const to of names.filter((other) => other !== from)) {
        const arrived = () => arriving(from, to, "dog", 3, 2000);
        expect(await poll(arrived, (rows) => rows === 3, 20_000), `${from} to ${to}`).toBe(3);
      }
    await flows("eu-1", "ap-1", "cat");
    await nextRun();
    for (const { state } of made.reverse()) await provider.node.delete(state);
    await stays("us-1", "eu-1", "dog");
    await stays("eu-1", "ap-1", "dog");
  });

  test("an edge: both ways from the moment it is made", async () => {
    await provider.node.create(node("eu", explicit));
    await provider.subscription.create(edge("dog"));
    await flows("us-1", "eu-1", "dog");
    await flows("eu-1", "us-1", "dog");
    await stays("us-1", "eu-1", "cat");
    expect(said()).not.toMatch(/Pending/);
  });

  test("one direction only", async () => {
    await provider.node.create(node("eu", explicit));
    await provider.subscription.create(edge("dog", { publish: false }));
    await flows("eu-1", "us-1", "dog");
    await stays("us-1", "eu-1", "dog");
  });

  test("inline edges, each its own way", async () => {
    await provider.node.create(
      node("eu", {
        subscriptions: [
          { database, table: "dog", publish: false },
          { database, table: "cat", subscribe: false },
        ],
      }),
    );
    await flows("eu-1", "us-1", "dog");
    await flows("us-1", "eu-1", "cat");
    await stays("us-1", "eu-1", "dog");
    await stays("eu-1", "us-1", "cat");
  });

  test("added to a connected database: pending, until activate reconnects", async () => {
    // What waits can be told only where no node was removed since Harper started.
    await Promise.all([world.restart("us"), world.restart("eu")]);
    const { state } = await provider.node.create(node("eu", explicit));
    await provider.subscription.create(edge("dog"));
    await flows("eu-1", "us-1", "dog");
    await nextRun();
    await provider.subscription.create(edge("cat"));
    expect(said()).toMatch(new RegExp(`Pending on us: stored, but no rows come yet .*${database}\\.cat`));
    expect(said()).toMatch(new RegExp(`Pending on eu: stored, but no rows come yet .*${database}\\.cat`));
    await stays("eu-1", "us-1", "cat");
    await nextRun();
    const activated = node("eu", { ...explicit, activate: "reconnect" });
    expect(await provider.node.diff(state, activated)).toMatchObject({ changed: ["activate"] });
    await provider.node.update(state, activated);
    await flows("eu-1", "us-1", "cat");
    await flows("us-1", "eu-1", "cat");
    await flows("eu-1", "us-1", "dog");
    await nextRun();
    expect(await provider.node.diff(state, activated)).toMatchObject({ changes: false });
    expect(said()).not.toMatch(/^warning: Pending/m);
  });

  test("turned off beside others, and added beside others: both wait for a restart, and that is said", async () => {
    await provider.node.create(node("eu", explicit));
    const [, cat] = await Promise.all([
      provider.subscription.create(edge("dog", { publish: false })),
      provider.subscription.create(edge("cat", { publish: false })),
    ]);
    await flows("eu-1", "us-1", "dog");
    await flows("eu-1", "us-1", "cat");
    await nextRun();
    await provider.subscription.delete(cat?.state ?? {});
    expect(said()).toMatch(new RegExp(`Pending on us: turned off, but rows still come .*${database}\\.cat`));
    await flows("eu-1", "us-1", "cat");
    const bird = await provider.subscription.create(edge("bird", { publish: false }));
    expect(said()).toMatch(new RegExp(`Pending on us: stored, but no rows come yet .*${database}\\.bird`));
    await stays("eu-1", "us-1", "bird");

    await world.restart("us");
    await nextRun();
    await poll(
      () => arriving("eu-1", "us-1", "dog", 3, 2000),
      (rows) => rows === 3,
      20_000,
    );
    await flows("eu-1", "us-1", "bird");
    await stays("eu-1", "us-1", "cat");
    expect(await provider.subscription.diff(bird.state, edge("bird", { publish: false }))).toMatchObject({
      changes: false,
    });
    expect(said()).not.toMatch(/^warning: Pending/m);
  });

  test("the last edge of a database turned off: no more rows, at once", async () => {
    await provider.node.create(node("eu", explicit));
    const { state } = await provider.subscription.create(edge("dog"));
    await flows("eu-1", "us-1", "dog");
    await nextRun();
    await provider.subscription.delete(state);
    await stays("eu-1", "us-1", "dog");
    await stays("us-1", "eu-1", "dog");
    expect(said()).not.toMatch(/^warning: Pending/m);
  });

  test("a removed node: no more rows in either direction", async () => {
    const { state } = await provider.node.create(node("eu", { subscriptions: [{ database, table: "dog" }] }));
    await flows("us-1", "eu-1", "dog");
    await nextRun();
    await provider.node.delete(state);
    await stays("us-1", "eu-1", "dog");
    await stays("eu-1", "us-1", "dog");
  });
});
