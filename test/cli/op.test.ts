import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clusteringOperations } from "../../provider/operations-api";
import { type Bench, command, password, startPair } from "./harness";

let pair: Bench;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.close());

const op = (...args: string[]) => command("op", ...args, "--instance", "us", "--instances", pair.file);
const sent = (operation: string) =>
  (pair.fake.instances["us-1"]?.calls ?? []).filter((call) => call.operation === operation);
const authorization = { username: "admin", password };
const edge = { database: "shop", table: "dog", subscribe: true, publish: false };

test("the help lists every operation on a line of its own", async () => {
  const { code, stdout } = await command("op", "--help");
  expect(code).toBe(0);
  for (const name of Object.keys(clusteringOperations)) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
});

test.each([
  ["snake_case", { hostname: "eu-1", verify_tls: false, authorization, subscriptions: [edge] }],
  ["camelCase", { hostname: "eu-1", verifyTls: false, authorization, subscriptions: [edge] }],
  [
    "the spelling of the examples",
    {
      hostname: "eu-1",
      verify_tls: false,
      authorization,
      subscriptions: [{ ...edge, database: undefined, schema: "shop" }],
    },
  ],
])("takes %s and prints the answer", async (_, body) => {
  const { code, stdout } = await op("add_node", JSON.stringify(body));
  expect([code, JSON.parse(stdout)]).toEqual([0, { message: expect.stringContaining("Successfully added") }]);
  expect(sent("add_node")[0]?.body).toMatchObject({ verify_tls: false, subscriptions: [edge] });
  const status = await op("cluster_status", "--json");
  expect(status.stdout.trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(status.stdout)).toMatchObject({ node_name: "us-1", connections: [{ name: "eu-1" }] });
});

test.each([
  ["remove_node", { name: "eu-1" }, "without a hostname it would remove every node"],
  ["update_node", { hostname: "eu-1" }, "without subscriptions it would make the node replicate everything"],
])("%s that would destroy is refused with the reason", async (operation, body, reason) => {
  const { code, stderr } = await op(operation, JSON.stringify(body));
  expect([code, sent(operation)]).toEqual([2, []]);
  expect(stderr).toContain(reason);
});

test.each([
  [["add_node", "{}"], "hostname or url is required"],
  [["remove_node", '{"hostname": "eu-1", "force": true}'], "force"],
  [["add_node", `{"password": "${password}"`], "the request is not JSON"],
  [["add_node", "[]"], "the request is no JSON object"],
  [["drop_table", "{}"], "Allowed choices are add_node"],
])("exits with 2 and sends nothing: %j", async (args, text) => {
  const { code, stderr } = await op(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
  expect(stderr).not.toContain(password);
  expect(pair.fake.instances["us-1"]?.calls).toEqual([]);
});

test("an instance that is not known is named beside those that are", async () => {
  const { code, stderr } = await command("op", "cluster_status", "--instance", "ap", "--instances", pair.file);
  expect([code, stderr]).toEqual([2, 'pulumi-harper: there is no instance "ap"; known are us, eu\n']);
});

test("a configure_cluster that was done in part exits with 1", async () => {
  const connections = [
    { hostname: "eu-1", verify_tls: false, authorization, subscriptions: [edge] },
    { hostname: "nowhere", verify_tls: false, authorization },
  ];
  const { code, stderr } = await op("configure_cluster", JSON.stringify({ connections }));
  expect(code).toBe(1);
  expect(stderr).toContain("nowhere");
  expect(pair.fake.nodes("us-1")).toHaveProperty("eu-1");
});

test("what the instance refuses exits with 1, without a stack", async () => {
  pair.fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
  const { code, stderr } = await op("cluster_status");
  expect([code, stderr.trim().split("\n")]).toEqual([1, [expect.stringContaining("credentials were refused")]]);
});

test("a dangerous connection is warned of, beside the answer", async () => {
  const { us } = JSON.parse(readFileSync(pair.file, "utf8")) as { us: { endpoint: string } };
  const { hostname, port } = new URL(us.endpoint);
  const forwarder = createServer((socket) => void pipeline(socket, connect(Number(port), hostname), socket, () => {}));
  await once(forwarder.listen(0, "0.0.0.0"), "listening");
  // A spelling of this machine that is not known to be it.
  const endpoint = `http://0.0.0.0:${(forwarder.address() as AddressInfo).port}`;
  writeFileSync(pair.file, JSON.stringify({ us: { ...us, endpoint, allowPlainHttp: true } }));
  const { code, stdout, stderr } = await op("cluster_get_routes");
  forwarder.close();
  expect([code, JSON.parse(stdout)]).toEqual([0, []]);
  expect(stderr).toMatch(/^warning: us is sent its credentials over plain HTTP[^\n]+\n$/);
});
