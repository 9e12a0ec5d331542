import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Instance, processesOf, readCluster, startInstance, stopInstance } from "../../cli/cluster";
import { count, createTables, empty, insert } from "../../scripts/demo/harper.mts";
import { realWorld } from "../lifecycle/real-world";
import { run } from "../lifecycle/world";
import { frontEnds, harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
const rows = 20_000;
const ids = Array.from({ length: rows }, (_, index) => `order-${index}`);

/** Rows that take some seconds to be copied. */
async function fill(): Promise<void> {
  for (let first = 0; first < rows; first += 1000) await insert(us, "orders", ids.slice(first, first + 1000));
}
/** Not `record_count`, which is an estimate, and on a busy machine was seen to be one too many. */
const counted = () => count(eu, "orders", ids);

// First: explicit edges that were removed can leave a later full mesh deaf (docs/harper-defects.md).
describe("a full join of a populated instance", () => {
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders"]);
    await fill();
  });
  afterAll(() => empty(harper()));

  test("is not ready before all of its rows are there", async () => {
    const provider = run(await realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""));
    await provider.node.create({ target: "us", peer: "eu", hostname: eu.address, verifyTls: false });
    const short = { target: "us", nodes: [eu.address], stableSeconds: 0 };
    const early = await provider.ready.create({ ...short, timeoutSeconds: 0.5 }).catch((error: Error) => error.message);
    // A fast machine may have copied all by then.
    if (typeof early !== "string") expect(await counted()).toBe(rows);
    else
      expect(early).toMatch(
        /Rows of \S+ are still being copied to \S+ \(shop\)|not connected to receive rows|Not every member has answered/,
      );
    const { state } = await provider.ready.create(short);
    expect(await counted()).toBe(rows);
    expect(state.sockets).toContainEqual(
      expect.objectContaining({ from: us.address, to: eu.address, database: "shop" }),
    );
    await provider.close();
  });
});

const edges = `subscriptions: [{ database: "shop", table: "orders" }]`;
const kinds = { full: "", explicit: `${edges},` };
const freeze = async (instance: Instance, signal: "SIGSTOP" | "SIGCONT") => {
  for (const pid of await processesOf(instance)) process.kill(pid, signal);
};
const cases = [
  {
    ...frontEnds[0],
    kind: "full",
    word: "killed",
    stop: (instance: Instance) => stopInstance(instance, { signal: "SIGKILL" }),
    start: (instance: Instance) => startInstance(instance),
  },
  {
    ...frontEnds[1],
    kind: "explicit",
    word: "frozen",
    stop: (instance: Instance) => freeze(instance, "SIGSTOP"),
    start: (instance: Instance) => freeze(instance, "SIGCONT"),
  },
] as const;

describe.each(cases)("waves, on the $name, with $kind replication", ({ example, module, kind, word, stop, start }) => {
  let stack: TestStack;
  const program = (more = "") => `import { ClusterReady, Node } from "${module}";
const join = { target: "us-1", verifyTls: false, ${kinds[kind]} };
const eu = new Node("eu", { ...join, peer: "eu-1", hostname: "${eu.address}" });
const first = new ClusterReady("first", { target: "us-1", nodes: [eu.name], stableSeconds: 2 });
const ap = new Node("ap", { ...join, peer: "ap-1", hostname: "${ap.address}" }, { dependsOn: first });
export const all = new ClusterReady("all", { target: "us-1", nodes: [eu.name, ap.name], stableSeconds: 2, ${more} }).sockets;
`;
  const outputs = async (name: string) => {
    const { resources = [] } = (await stack.state()).deployment;
    const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
    return found?.outputs as { readyAt: string; sockets: { from: string; to: string }[]; notAsked: string[] };
  };
  const said = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr;

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders"]);
    stack = await openStack(`ready-${example}`, example, []);
    stack.write(program());
  });
  afterAll(() => empty(harper()));

  test("join one after the other, and say what was seen", async () => {
    expect(await stack.up()).toMatchObject({ code: 0 });
    const [first, all] = [await outputs("first"), await outputs("all")];
    expect(Date.parse(all.readyAt) - Date.parse(first.readyAt)).toBeGreaterThan(2000);
    const pairs = (sockets: typeof all.sockets) => new Set(sockets.map(({ from, to }) => `${from} to ${to}`));
    expect(pairs(first.sockets)).toEqual(new Set([`${us.address} to ${eu.address}`, `${eu.address} to ${us.address}`]));
    expect(pairs(all.sockets).size).toBe(kind === "full" ? 6 : 4);
    expect(all.notAsked).toEqual([]);
  });

  test("are no change afterwards, whatever time goes by", async () => {
    expect(await stack.preview()).toEqual([]);
    expect(await stack.drift()).toMatchObject({ code: 0 });
  });

  test("wait anew when a trigger changes, and fail with the sentence where a member does not answer", async () => {
    const instance = Object.values(
      readCluster(dirname(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""))?.instances ?? {},
    )[1];
    if (!instance) throw new Error("the cluster is gone");
    const before = await outputs("all");
    await stop(instance);
    stack.write(program(`triggers: ["again"], timeoutSeconds: 20`));
    const failed = await stack.up().finally(() => start(instance));
    expect(failed.code).not.toBe(0);
    expect(said(failed)).toMatch(/wait until ready on us-1: not ready after 20 s\. .*does not answer/);
    // A frozen process keeps its sockets for a while.
    if (word === "killed")
      expect(said(failed)).toContain(`${us.address} is not connected to receive rows from ${eu.address}`);
    expect(await outputs("all")).toEqual(before);

    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(Date.parse((await outputs("all")).readyAt)).toBeGreaterThan(Date.parse(before.readyAt));
    expect(await stack.preview()).toEqual([]);
  });

  test("go without a trace", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect(await stack.ids()).toEqual([]);
  });
});
