import { afterEach, expect, test } from "vitest";
import { type FakeCluster, startFakeCluster } from ".";

let cluster: FakeCluster;
afterEach(() => cluster.close());

const start = async () => {
  cluster = await startFakeCluster({ nodes: ["us-1", "eu-1", "ap-1"], tables: { shop: ["orders", "carts"] } });
};

async function ask(name: string, body: Record<string, unknown>) {
  const { endpoint, username, password } = cluster.instances[name] as FakeCluster["instances"][string];
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { replication: { routes: unknown } };
}

const join = { verify_tls: false, authorization: { username: "admin", password: "password" } };
const orders = { database: "shop", table: "orders", subscribe: true, publish: false };

test("a join shows on both sides, mirrored, and rows flow one way", async () => {
  await start();
  const answer = await ask("us-1", { operation: "add_node", hostname: "eu-1", ...join, subscriptions: [orders] });
  expect(answer).toEqual({ message: "Successfully added 'wss://eu-1:9933' to cluster" });
  expect(cluster.nodes("us-1")["eu-1"]).toMatchObject({ subscriptions: [orders] });
  expect(cluster.nodes("eu-1")["us-1"]).toMatchObject({
    subscriptions: [{ ...orders, subscribe: false, publish: true }],
  });
  // What is written before the sockets are open is lost.
  await new Promise((resolve) => setTimeout(resolve, 40));
  cluster.insertRow("eu-1", "shop", "orders", 1);
  cluster.insertRow("us-1", "shop", "orders", 2);
  await expect.poll(() => cluster.hasRow("us-1", "shop", "orders", 1)).toBe(true);
  expect(cluster.hasRow("eu-1", "shop", "orders", 2)).toBe(false);
});

test("full replication gossips", async () => {
  await start();
  await ask("us-1", { operation: "add_node", hostname: "eu-1", ...join });
  await ask("us-1", { operation: "add_node", hostname: "ap-1", ...join });
  await expect.poll(() => Object.keys(cluster.nodes("ap-1")).sort()).toEqual(["ap-1", "eu-1", "us-1"]);
  await expect.poll(() => Object.keys(cluster.nodes("eu-1")).sort()).toEqual(["ap-1", "eu-1", "us-1"]);
});

test("routes set from the default forget each other", async () => {
  await start();
  await ask("us-1", { operation: "cluster_set_routes", routes: ["wss://eu-1:9933"] });
  await ask("us-1", { operation: "cluster_set_routes", routes: ["wss://ap-1:9933"] });
  expect((await ask("us-1", { operation: "get_configuration" })).replication.routes).toEqual(["wss://ap-1:9933"]);
  expect(cluster.instances["us-1"]?.calls.map(({ operation }) => operation)).toEqual([
    "cluster_set_routes",
    "cluster_set_routes",
    "get_configuration",
  ]);
});

test("a copy that takes its time: the sender says so first, then the receiver alone", async () => {
  cluster = await startFakeCluster({ nodes: ["us-1", "eu-1"], tables: { shop: ["orders"] }, copyMs: 400 });
  cluster.insertRow("us-1", "shop", "orders", 1);
  await ask("us-1", { operation: "add_node", hostname: "eu-1", ...join });
  const socket = async (at: string) => {
    const { connections } = (await ask(at, { operation: "cluster_status" })) as unknown as {
      connections: { database_sockets: { database: string; sendingMessage?: string; lastReceivedStatus: string }[] }[];
    };
    return connections[0]?.database_sockets.find(({ database }) => database === "shop");
  };
  const says = async () => [(await socket("us-1"))?.sendingMessage, (await socket("eu-1"))?.lastReceivedStatus];
  const poll = { interval: 20 };
  await expect.poll(says, poll).toEqual(["Copying", "Receiving"]);
  await expect.poll(says, poll).toEqual([undefined, "Receiving"]);
  expect(cluster.hasRow("eu-1", "shop", "orders", 1)).toBe(false);
  await expect.poll(says, poll).toEqual([undefined, "Waiting"]);
  expect(cluster.hasRow("eu-1", "shop", "orders", 1)).toBe(true);
});
