import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { instancesConfig, readCluster, writeCluster } from "../../cli/cluster/cluster.js";
import { environmentOf } from "../../cli/cluster/environment.js";
import { findHarper } from "../../cli/cluster/harper-package.js";
import { planCluster } from "../../cli/cluster/plan.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const addresses = (cluster: { instances: Record<string, { address: string }> }) =>
  Object.entries(cluster.instances).map(([name, { address }]) => `${name} ${address}`);

test("a new cluster has three instances with one generated password", async () => {
  const cluster = await planCluster({ directory });
  expect(addresses(cluster)).toEqual(["node-1 127.0.0.11", "node-2 127.0.0.12", "node-3 127.0.0.13"]);
  const passwords = new Set(Object.values(cluster.instances).map(({ password }) => password));
  expect(passwords.size).toBe(1);
  expect([...passwords][0]).toMatch(/^\w{36}$/);
  expect(readCluster(directory)).toBeUndefined();
});

test("what is written is read back, and is its owner's alone", async () => {
  const cluster = await planCluster({ directory, nodes: 1, username: "ada", password: "secret" });
  writeCluster(cluster);
  expect(readCluster(directory)).toEqual(cluster);
  expect(statSync(join(directory, "cluster.json")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
  expect(JSON.parse(readFileSync(join(directory, "cluster.json"), "utf8")).instances["node-1"]).toEqual({
    endpoint: "http://127.0.0.11:9925",
    username: "ada",
    password: "secret",
    address: "127.0.0.11",
    replicationUrl: "wss://127.0.0.11:9933",
  });
  expect(instancesConfig(cluster)).toEqual({
    "node-1": { endpoint: "http://127.0.0.11:9925", username: "ada", password: "secret" },
  });
});

test("more nodes are added after the last, with its user and password", async () => {
  writeCluster(await planCluster({ directory, nodes: 2, firstAddress: "127.0.0.31", password: "secret" }));
  const grown = await planCluster({ directory, nodes: 4, firstAddress: "auto" });
  expect(addresses(grown)).toEqual([
    "node-1 127.0.0.31",
    "node-2 127.0.0.32",
    "node-3 127.0.0.33",
    "node-4 127.0.0.34",
  ]);
  expect(grown.instances["node-4"]?.password).toBe("secret");
  expect(addresses(await planCluster({ directory }))).toHaveLength(2);
});

test("what the cluster is not is refused, with the way out", async () => {
  writeCluster(await planCluster({ directory, nodes: 2 }));
  await expect(planCluster({ directory, nodes: 1 })).rejects.toThrow("cluster down --delete");
  await expect(planCluster({ directory, firstAddress: "127.0.0.99" })).rejects.toThrow("--dir");
  await expect(planCluster({ directory, password: "hush" })).rejects.toThrow(/^(?!.*hush).*--dir/);
});

test("another Harper is found by its version under whatever name it is installed, or by its folder, and kept", async () => {
  const standard = findHarper();
  const old = findHarper("4.4.18");
  expect([standard.version, old.version]).toEqual(["4.7.29", "4.4.18"]);
  expect(findHarper(old.folder)).toEqual(old);
  expect(() => findHarper("4.0.0")).toThrow(
    "Harper 4.0.0 is not installed here, only 4.4.18, 4.7.29: npm install --save-dev harperdb-4.0.0@npm:harperdb@4.0.0",
  );
  writeCluster(await planCluster({ directory, nodes: 1 }));
  const mixed = await planCluster({ directory, nodes: 2, harper: "4.4.18" });
  expect(Object.values(mixed.instances).map(({ harper }) => harper)).toEqual([undefined, old.folder]);
});

test("Harper 4.4 gets TLS for its operations, as it refuses its peers without, and is trusted for it", async () => {
  const cluster = await planCluster({ directory, nodes: 1, harper: "4.4.18", password: "secret" });
  const [instance] = Object.values(cluster.instances);
  if (!instance) throw new Error("there is no instance");
  expect(environmentOf(instance)).toMatchObject({
    OPERATIONSAPI_NETWORK_PORT: "null",
    OPERATIONSAPI_NETWORK_SECUREPORT: "127.0.0.11:9925",
  });
  expect(instancesConfig(cluster)["node-1"]).toEqual({
    endpoint: "https://127.0.0.11:9925",
    username: "admin",
    password: "secret",
    insecureSkipTlsVerify: true,
  });
});
