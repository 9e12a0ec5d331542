import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeCluster, type Fault, startFakeCluster } from ".";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await startFakeCluster({ nodes: ["us-1", "eu-1"], tables: { shop: ["dog"] } });
});
afterEach(() => cluster.close());

const subscriptions = [{ database: "shop", table: "dog", subscribe: true, publish: true }];
const authorization = { username: "admin", password: "password" };
const join = { operation: "add_node", hostname: "eu-1", verify_tls: false, authorization, subscriptions };

async function ask(body: object, ms = 1000) {
  const headers = { authorization: `Basic ${Buffer.from("admin:password").toString("base64")}` };
  const signal = AbortSignal.timeout(ms);
  const endpoint = cluster.instances["us-1"]?.endpoint as string;
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(body), signal });
  return { status: response.status, body: await response.json() };
}
const fail = (fault: Fault, times?: number) =>
  cluster.fail("us-1", { operation: "add_node", fault, ...(times === undefined ? {} : { times }) });
const joined = () => "eu-1" in cluster.nodes("us-1");

test("a status, once", async () => {
  fail({ kind: "status", status: 503, error: "Service unavailable" }, 1);
  expect(await ask(join)).toEqual({ status: 503, body: { error: "Service unavailable" } });
  expect(joined()).toBe(false);
  expect((await ask(join)).status).toBe(200);
});

test("a truncated answer to what was done", async () => {
  fail({ kind: "truncate" });
  await expect(ask(join)).rejects.toThrow();
  expect(joined()).toBe(true);
});

test("a reset, and no answer at all: nothing is done", async () => {
  fail({ kind: "reset" }, 1);
  await expect(ask(join)).rejects.toThrow();
  fail({ kind: "hang" }, 1);
  await expect(ask(join, 50)).rejects.toThrow();
  expect(joined()).toBe(false);
});

test("done later than the client waits, and answered later", async () => {
  fail({ kind: "delay", ms: 60 }, 1);
  await expect(ask(join, 30)).rejects.toThrow();
  expect(joined()).toBe(false);
  await expect.poll(joined).toBe(true);
  fail({ kind: "late", ms: 60 }, 1);
  await ask({ operation: "remove_node", hostname: "eu-1" });
  await expect(ask(join, 30)).rejects.toThrow();
  await expect.poll(joined).toBe(true);
});

test("a lost write is said to be done", async () => {
  fail({ kind: "lose" });
  expect((await ask(join)).body).toEqual({ message: "Successfully added 'wss://eu-1:9933' to cluster" });
  expect(joined()).toBe(false);
});

test("half a success: the own record only", async () => {
  await ask(join);
  await ask({ operation: "remove_node", hostname: "eu-1" });
  fail({ kind: "half" });
  const problem = "Error returned from wss://eu-1:9933: Connection closed Unauthorized 1008";
  const message = `Successfully added 'wss://eu-1:9933' to cluster but there was an error updating target node: ${problem}`;
  expect(await ask(join)).toEqual({ status: 200, body: { message } });
  expect(joined()).toBe(true);
  expect(cluster.nodes("eu-1")).toEqual({});
});

test("a cut between two instances, and its healing", async () => {
  cluster.cut("us-1", "eu-1");
  expect((await ask(join)).status).toBe(500);
  cluster.heal("us-1", "eu-1");
  expect((await ask(join)).status).toBe(200);
});

test("one that was deafened hears again after a restart", async () => {
  await ask(join);
  await new Promise((resolve) => setTimeout(resolve, 30));
  cluster.insertRow("eu-1", "shop", "dog", "first");
  await expect.poll(() => cluster.hasRow("us-1", "shop", "dog", "first")).toBe(true);
  cluster.deafen("us-1");
  cluster.insertRow("eu-1", "shop", "dog", "missed");
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(cluster.hasRow("us-1", "shop", "dog", "missed")).toBe(false);
  await cluster.stop("us-1");
  await cluster.start("us-1");
  await expect.poll(() => cluster.hasRow("us-1", "shop", "dog", "missed")).toBe(true);
});
