import { afterEach, expect, test } from "vitest";
import { type FakeCluster, type FakeClusterOptions, startFakeCluster } from ".";

let cluster: FakeCluster;
afterEach(() => cluster.close());

async function start(options: Partial<FakeClusterOptions> = {}) {
  cluster = await startFakeCluster({ nodes: ["us-1", "eu-1", "ap-1"], tables: { shop: ["dog", "cat"] }, ...options });
}

async function ask(name: string, body: Record<string, unknown>, signal?: AbortSignal) {
  const { endpoint, username, password } = cluster.instances[name] as FakeCluster["instances"][string];
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const init = { method: "POST", headers: { authorization }, body: JSON.stringify(body), signal: signal ?? null };
  const response = await fetch(endpoint, init);
  // biome-ignore lint/suspicious/noExplicitAny: answers are what they are
  return { status: response.status, body: (await response.json()) as any };
}

const login = { verify_tls: false, authorization: { username: "admin", password: "password" } };
const edge = (table: string, on: boolean) => ({ database: "shop", table, subscribe: on, publish: on });
const join = (hostname: string, subscriptions?: object[]) => ({
  operation: "add_node",
  hostname,
  ...login,
  ...(subscriptions ? { subscriptions } : {}),
});
const update = (hostname: string, subscriptions: object[]) => ({ operation: "update_node", hostname, subscriptions });

let rows = 0;
async function flows(from: string, to: string, table: string): Promise<boolean> {
  rows += 1;
  cluster.insertRow(from, "shop", table, rows);
  await pause();
  return cluster.hasRow(to, "shop", table, rows);
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 40));

test("to whoever asked, the old tables come back beside the new ones; to the other end only the new ones", async () => {
  await start();
  await ask("us-1", join("eu-1", [edge("dog", true)]));
  await pause();
  await ask("us-1", { operation: "remove_node", hostname: "eu-1" });
  await pause();
  await ask("us-1", join("eu-1", [edge("cat", true)]));
  await pause();
  expect(await flows("eu-1", "us-1", "dog")).toBe(true);
  expect(await flows("eu-1", "us-1", "cat")).toBe(true);
  expect(await flows("us-1", "eu-1", "dog")).toBe(false);
  expect(await flows("us-1", "eu-1", "cat")).toBe(true);
});

test("a restart makes what is stored and what flows agree", async () => {
  await start();
  await ask("us-1", join("eu-1", [edge("dog", true)]));
  await pause();
  await ask("us-1", update("eu-1", [edge("dog", false), edge("cat", true)]));
  await pause();
  expect(await flows("eu-1", "us-1", "dog")).toBe(true);
  expect(await flows("eu-1", "us-1", "cat")).toBe(false);
  for (const name of ["us-1", "eu-1"]) {
    await cluster.stop(name);
    await cluster.start(name);
  }
  await pause();
  expect(await flows("eu-1", "us-1", "dog")).toBe(false);
  expect(await flows("eu-1", "us-1", "cat")).toBe(true);
});

test("of two calls of cluster_status at once, the first is never answered", async () => {
  await start();
  const first = ask("us-1", { operation: "cluster_status" }, AbortSignal.timeout(100));
  const second = ask("us-1", { operation: "cluster_status" });
  await expect(first).rejects.toThrow();
  expect((await second).status).toBe(200);
});

test("a restart refuses connections for a while and comes back as another process", async () => {
  await start({ restartMs: 40 });
  const information = { operation: "system_information", attributes: ["harperdb_processes"] };
  const pid = async () => (await ask("us-1", information)).body.harperdb_processes.core[0].pid;
  const before = await pid();
  await ask("us-1", { operation: "restart" });
  await new Promise((resolve) => setTimeout(resolve, 15));
  await expect(pid()).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await expect.poll(() => pid().catch(() => before)).not.toBe(before);
});

test("a mesh shares users and tables", async () => {
  await start();
  await ask("us-1", join("eu-1"));
  await pause();
  await ask("us-1", { operation: "create_table", database: "zoo", table: "ape", primary_key: "id" });
  await ask("us-1", { operation: "alter_user", username: "admin", password: "rotated" });
  await expect(ask("eu-1", { operation: "user_info" })).resolves.toMatchObject({ status: 401 });
  cluster.addUser("eu-1", { username: "admin", password: "password", superUser: true });
  expect((await ask("eu-1", { operation: "describe_all" })).body).toHaveProperty("zoo.ape");
});

test("v5 knows four operations, and replaces subscriptions", async () => {
  await start({ version: "5.0.1" });
  expect((await ask("us-1", { operation: "registration_info" })).body.version).toBe("5.0.1");
  for (const operation of ["update_node", "configure_cluster", "cluster_set_routes", "cluster_get_routes"]) {
    const answer = await ask("us-1", { operation });
    expect(answer).toEqual({ status: 400, body: { error: `Operation '${operation}' not found` } });
  }
  await ask("us-1", join("eu-1", [edge("dog", true)]));
  await ask("us-1", { ...update("eu-1", [edge("cat", true)]), operation: "set_node" });
  expect(cluster.nodes("us-1")["eu-1"]).toMatchObject({ subscriptions: [edge("cat", true)] });
});

test("the peer's own shard wins; without a host to replicate as there is no joining", async () => {
  await start({ shards: { "eu-1": 7 }, withoutReplication: ["ap-1"] });
  await ask("us-1", { ...join("eu-1"), shard: 3 });
  expect(cluster.nodes("us-1")["eu-1"]).toMatchObject({ shard: 7 });
  const error = "Clustering must be enabled to perform this operation.";
  expect(await ask("ap-1", join("us-1"))).toEqual({ status: 400, body: { error } });
});
