import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesOf, readCluster, startInstance, stopInstance } from "../../cli/cluster";
import { ask, count, createTables, empty, insert, type Name, names, poll } from "../../scripts/demo/harper.mts";
import { type Outcome, type RunOptions, run } from "../../scripts/demo/run.mts";
import { harper, openStack, project, type TestStack } from "./stack";

const main = join(project, "dist/cli/main.js");
let stack: TestStack;
const command = (args: string[], options: Partial<RunOptions> = {}): Promise<Outcome> =>
  run("node", [main, ...args], { cwd: stack.folder, ...options });

/** Three members that replicate everything, and the routes of two of them. */
const program = (routes: Partial<Record<Name, string[]>>) => `
import { Node, Routes } from "pulumi-harper/native";
const eu = new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${harper()["eu-1"].address}", verifyTls: false });
const ap = new Node("ap", { target: "us-1", peer: "ap-1", hostname: "${harper()["ap-1"].address}", verifyTls: false });
for (const [target, routes] of Object.entries(${JSON.stringify(routes)}))
  new Routes(target, { target, routes }, { dependsOn: [eu, ap] });
`;
const dials = (...peers: Name[]) => peers.map((name) => `wss://${harper()[name].address}:9933`);

async function up(routes: Partial<Record<Name, string[]>>) {
  stack.write(program(routes));
  const done = await stack.up();
  expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
}

const instanceAt = (name: Name) => {
  const file = process.env.PULUMI_HARPER_TEST_CLUSTER ?? "";
  const all = Object.values(readCluster(dirname(file))?.instances ?? {});
  return all.find(({ address }) => address === harper()[name].address) ?? expect.fail(`${name} is not in ${file}`);
};
/** The process that answers; nothing where none does. */
const pidOf = (name: Name) =>
  ask(harper()[name], { operation: "system_information", attributes: ["harperdb_processes"] }).then(
    (answer) => (answer as { harperdb_processes: { core: { pid: number }[] } }).harperdb_processes.core[0]?.pid,
    () => undefined,
  );
type Pids = Record<string, number | undefined>;
const pids = async (): Promise<Pids> =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await pidOf(name)] as const)));
const restarted = (before: Pids, after: Pids) => names.filter((name) => before[name] !== after[name]);

/** Whether an instance answers its users. */
const isUp = (name: Name) =>
  ask(harper()[name], { operation: "user_info" }).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  await empty(harper());
  await createTables(harper(), ["orders"]);
  stack = await openStack("restarting", "native");
  await up({});
});
afterAll(() => empty(harper()));

test("--rolling restarts the two on which something is pending, one at a time, while rows are written", async () => {
  await up({ "us-1": dials("eu-1"), "eu-1": dials("ap-1", "us-1") });
  expect(await command(["pending"])).toMatchObject({ code: 3 });
  const before = await pids();

  const written: { id: string; at: number }[] = [];
  const away: string[] = [];
  let [isDone, writer] = [false, "ap-1" as Name];
  const missing: Record<string, number> = {};
  const watching = (async () => {
    for (let turn = 0; !isDone; turn++) {
      const ids = [`row-${turn}`];
      await insert(harper()[writer], "orders", ids);
      written.push({ id: `row-${turn}`, at: performance.now() });
      const down = (await Promise.all(names.map(async (name) => ((await isUp(name)) ? [] : [name])))).flat();
      away.push(down.join(" and "));
      await setTimeout(20);
    }
  })();
  const counting: Promise<void>[] = [];
  const restarts = await command(["restart", "--rolling", "--yes"], {
    hear(text) {
      const [, name] = /^restarting (\S+)/m.exec(text) ?? [];
      if (name) writer = name === "us-1" ? "eu-1" : "us-1";
      const [, done] = /^(\S+) is restarted/m.exec(text) ?? [];
      if (!done) return;
      // What was written while it was away is there when the next one may go.
      const ids = written.filter(({ at }) => at < performance.now() - 1000).map(({ id }) => id);
      counting.push(
        count(harper()[done as Name], "orders", ids).then((rows) => {
          missing[done] = ids.length - rows;
        }),
      );
    },
  });
  isDone = true;
  await watching;
  await Promise.all(counting);
  expect(restarts, restarts.stderr).toMatchObject({ code: 0 });
  expect(restarts.stderr).toMatch(/eu-1 is restarted \(1 of 2\).*us-1 is restarted \(2 of 2\).*Nothing is pending/s);

  expect(restarted(before, await pids())).toEqual(["us-1", "eu-1"]);
  expect([...new Set(away)].sort()).toEqual(["", "eu-1", "us-1"]);
  expect(missing).toEqual({ "us-1": 0, "eu-1": 0 });
  expect(await command(["pending"])).toMatchObject({ code: 0 });
  const ids = written.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(50);
  for (const name of names) {
    const rows = () => count(harper()[name], "orders", ids);
    expect(await poll(rows, (found) => found === ids.length, 10_000), name).toBe(ids.length);
  }
  expect(await stack.preview()).toEqual([]);
});

test("interrupted after the first, it goes on with the one that is left", async () => {
  await up({ "us-1": dials("ap-1"), "eu-1": dials("us-1") });
  const before = await pids();
  const child = spawn("node", [main, "restart", "--rolling", "--yes"], {
    cwd: stack.folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (text.includes("eu-1 is restarted (1 of 2)")) child.kill("SIGINT");
  });
  await once(child, "close");
  expect(child.signalCode).toBe("SIGINT");
  const between = await pids();
  expect(restarted(before, between)).toEqual(["eu-1"]);

  const again = await command(["restart", "--rolling", "--yes"]);
  expect(again, again.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining("us-1 is restarted (1 of 1)") });
  expect(restarted(between, await pids())).toEqual(["us-1"]);
  expect(await command(["pending"])).toMatchObject({ code: 0 });
});

test("where one does not come back it stops, says how to go on, and begins no other before that", async () => {
  await up({ "us-1": dials("eu-1"), "eu-1": dials("ap-1") });
  const before = await pids();
  const rolling = (seconds: string, options: Partial<RunOptions> = {}) =>
    command(["restart", "--rolling", "--yes", "--timeout", seconds], options);
  let killed: Promise<void> | undefined;
  const start = performance.now();
  const failed = await rolling("10", {
    hear(text) {
      if (text.includes("restarting eu-1 (1 of 2)")) killed = killSuccessor("eu-1", before["eu-1"]);
    },
  });
  await killed;
  expect(failed.code).toBe(1);
  expect(performance.now() - start).toBeLessThan(25_000);
  expect(failed.stderr).toMatch(/eu-1 did not come back as another process within 10 s: .*ECONNREFUSED/);
  expect(failed.stderr).toContain("Restarted: none. Not restarted: us-1.");
  expect(await pids()).toEqual({ ...before, "eu-1": undefined });

  const again = await rolling("3");
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringMatching(/no rolling restart begins before .*no answer from eu-1/),
  ]);
  expect(await pids()).toEqual({ ...before, "eu-1": undefined });

  await startInstance(instanceAt("eu-1"));
  const rest = await rolling("60");
  expect(rest, rest.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining("us-1 is restarted (1 of 1)") });
  expect(await command(["pending"])).toMatchObject({ code: 0 });
  expect(await stack.destroy()).toMatchObject({ code: 0 });
});

test("whoever reads may stop reading", async () => {
  const piped = await run("sh", ["-c", `node ${main} --help | true`], { cwd: stack.folder });
  expect(piped).toMatchObject({ code: 0, stderr: "" });
});

/** Kills the process that Harper's own restart puts in the place of the one before. */
async function killSuccessor(name: Name, before: number | undefined): Promise<void> {
  const instance = instanceAt(name);
  await poll(
    () => processesOf(instance),
    (now) => now.length > 0 && !now.includes(before ?? 0),
    15_000,
  );
  await stopInstance(instance, { signal: "SIGKILL" });
}
