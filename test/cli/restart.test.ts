import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, command, password, startPair } from "./harness";

let pair: Bench;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.close());

const cli = (...args: string[]) => command(...args, "--instances", pair.file);
const op = (operation: string, body: object) => cli("op", operation, JSON.stringify(body), "--instance", "us");
const restartsOf = (name: string) =>
  pair.fake.instances[name]?.calls.filter(({ operation }) => operation === "restart").length;
const authorization = { username: "admin", password };
const flows = { database: "shop", table: "dog", subscribe: true, publish: false };
const waits = { database: "shop", table: "cat", subscribe: true, publish: true };
/** Of every socket that us has for a peer's rows. */
async function connected(): Promise<unknown[]> {
  const { stdout } = await cli("op", "cluster_status", "--instance", "us");
  const { connections } = JSON.parse(stdout) as { connections: { sockets: { connected: unknown }[] }[] };
  return connections.flatMap(({ sockets }) => sockets.map((socket) => socket.connected));
}
const settled = () => new Promise((done) => setTimeout(done, 100));
/** dog flows to us; cat was added when the database was connected. */
async function withPending(): Promise<void> {
  await op("add_node", { hostname: "eu-1", verifyTls: false, authorization, subscriptions: [flows] });
  await settled();
  await op("update_node", { hostname: "eu-1", subscriptions: [waits] });
  await settled();
}

test("pending: 0 where all flows, 3 where some does not", async () => {
  expect((await cli("pending")).code).toBe(0);
  await withPending();
  const { code, stdout } = await cli("pending", "us");
  expect([code, stdout]).toEqual([3, expect.stringContaining("no rows come yet from eu-1 (shop.cat)")]);
  await pair.fake.stop("us-1");
  expect((await cli("pending", "us")).code).toBe(1);
});

test("pending: a route that the process does not dial yet is said, too", async () => {
  await op("cluster_set_routes", { routes: ["wss://ap-1:9933"] });
  const { code, stdout } = await cli("pending", "us");
  expect([code, stdout]).toEqual([3, expect.stringContaining("will dial wss://ap-1:9933 after a restart")]);
});

test("restart names what it interrupts, waits, and nothing is pending after it", async () => {
  await withPending();
  const { code, stderr } = await cli("restart", "us", "--yes");
  expect(stderr).toContain("us ↔ eu-1: receives shop.cat, shop.dog; sends shop.cat");
  expect(stderr).toContain("us is restarted, and connected as before");
  expect(stderr).toContain("Nothing is pending");
  expect(code).toBe(0);
});

test("--rolling restarts what has something pending, and nothing else; a second time nothing", async () => {
  await withPending();
  const { code, stderr } = await cli("restart", "--rolling", "--yes");
  expect([code, stderr]).toEqual([0, expect.stringContaining("is restarted (1 of ")]);
  expect(stderr).toMatch(/Pending on us: .*shop\.cat/);
  expect((await cli("pending")).code).toBe(0);
  const before = restartsOf("us-1");
  expect(await cli("restart", "--rolling", "--yes")).toMatchObject({
    code: 0,
    stderr: "nothing is pending: no instance needs a restart\n",
  });
  expect(restartsOf("us-1")).toBe(before);
  expect(await cli("restart")).toMatchObject({ code: 2 });
});

test("--rolling goes on with what is left after a failure", async () => {
  await withPending();
  pair.fake.fail("us-1", { operation: "restart", fault: { kind: "status", status: 500, error: "no" }, times: 1 });
  expect((await cli("restart", "--rolling", "us", "--yes")).code).toBe(1);
  expect(await cli("restart", "--rolling", "us", "--yes")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("us is restarted (1 of 1)"),
  });
});

test("--rolling stops at one that does not come back in time, and says what is true and what to do", async () => {
  await pair.close();
  pair = await startPair({ restartMs: 60_000 });
  for (const name of ["us", "eu"])
    await cli("op", "cluster_set_routes", '{"routes": ["wss://ap-1:9933"]}', "--instance", name);
  const start = performance.now();
  const { code, stderr } = await cli("restart", "--rolling", "--yes", "--timeout", "5");
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(code).toBe(1);
  expect(stderr).toMatch(/us did not come back as another process within 5 s: .*ECONNREFUSED/);
  expect(stderr).toContain("\nRestarted: none. Not restarted: eu.\n");
  expect(stderr).toContain("See to us first; then the same command goes on with what is left.");
  expect(restartsOf("eu-1")).toBe(0);
});

test("one that listens after its restart and never answers is given up in time, too", async () => {
  await withPending();
  pair.fake.fail("us-1", { fault: { kind: "hang" }, after: "restart" });
  const start = performance.now();
  expect(await cli("restart", "us", "--yes", "--timeout", "2")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("us did not come back as another process within 2 s: it does not answer"),
  });
  expect(performance.now() - start).toBeLessThan(8000);
});

test("--rolling begins only when all are back and connected: what an interrupted one left is waited for", async () => {
  await withPending();
  await pair.fake.stop("eu-1");
  const { code, stderr } = await cli("restart", "--rolling", "us", "--yes", "--timeout", "2");
  expect([code, restartsOf("us-1")]).toEqual([1, 0]);
  expect(stderr).toMatch(
    /no rolling restart begins before all are connected and have caught up, .*: no answer from eu: /,
  );
  const restarted = cli("restart", "--rolling", "us", "--yes", "--timeout", "20");
  await expect.poll(() => pair.fake.instances["us-1"]?.calls.length).toBeGreaterThan(10);
  await pair.fake.start("eu-1");
  expect(await restarted).toMatchObject({ code: 0, stderr: expect.stringContaining("us is restarted (1 of 1)") });
});

test("one that is named twice is restarted once", async () => {
  expect((await cli("restart", "us", "us", "--yes")).code).toBe(0);
  expect(restartsOf("us-1")).toBe(1);
});

test.each(["0", "-1", "soon"])("--timeout %s is a wrong call", async (seconds) => {
  const { code, stderr } = await cli("restart", "us", "--yes", "--timeout", seconds);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--timeout")]);
  expect(restartsOf("us-1")).toBe(0);
});

test("a restart is over when another process answers that is connected again, however long that takes", async () => {
  await pair.close();
  pair = await startPair({ restartMs: 400, connectMs: 1500 });
  await withPending();
  await expect.poll(connected, { timeout: 4000 }).toEqual([true]);
  expect((await cli("restart", "us", "--yes")).code).toBe(0);
  expect(await connected()).toEqual([true]);
  expect((await cli("pending")).code).toBe(0);
});

test("a version whose restart keeps the process is not waited for", async () => {
  await pair.close();
  pair = await startPair({ version: "4.4.18" });
  const { code, stderr } = await cli("restart", "us", "--yes");
  expect([code, stderr]).toEqual([1, expect.stringContaining("is Harper 4.4.18, whose operation `restart` keeps")]);
});

test("several are restarted one after the other", async () => {
  await withPending();
  const { code, stderr } = await cli("restart", "us", "eu", "--yes");
  const done = [...stderr.matchAll(/(\w+) is restarted/g)].map(([, name]) => name);
  expect([code, done]).toEqual([0, ["us", "eu"]]);
  expect(["us-1", "eu-1"].map(restartsOf)).toEqual([1, 1]);
});

test.each([["restart"], ["reconnect"]])("%s without a terminal wants --yes, and does nothing", async (name) => {
  await withPending();
  const { code, stderr } = await cli(name, "us");
  expect(code).toBe(2);
  expect(stderr).toContain("say --yes");
  expect(stderr).toContain("us ↔ eu-1");
  expect(pair.fake.instances["us-1"]?.calls.map(({ operation }) => operation)).not.toContain("restart");
  expect((await cli("pending")).code).toBe(3);
});

test("a restart that does not come back is told of", async () => {
  expect((await cli("restart", "nope", "--yes")).code).toBe(2);
  await pair.fake.stop("us-1");
  const { code, stderr } = await cli("restart", "us", "--yes");
  expect([code, stderr]).toEqual([1, expect.stringContaining("Nothing answers there")]);
});

test.each([["eu"], ["eu-1"]])("reconnect with %s makes it flow", { timeout: 30_000 }, async (node) => {
  await withPending();
  const { code, stderr } = await cli("reconnect", "us", "--node", node, "--yes");
  expect(stderr).toContain("us and eu-1 are connected again");
  expect(stderr).toContain("Nothing is pending");
  expect(code).toBe(0);
});

test("reconnect with a node that is not there names those that are", async () => {
  await withPending();
  const { code, stderr } = await cli("reconnect", "us", "--node", "ap", "--yes");
  expect([code, stderr]).toEqual([2, expect.stringContaining('us has no node "ap"; it has eu-1')]);
});
