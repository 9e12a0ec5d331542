import { describe, expect, test } from "vitest";
import { calls, canary, client, connect, failure, fake } from "./harness";

const edge = { database: "shop", table: "dog", subscribe: true, publish: true };

describe("what would destroy is refused before anything is sent", () => {
  test.each([
    ["remove_node without a hostname", () => client.removeNode("")],
    ["update_node without subscriptions", async () => client.updateNode({ hostname: "eu-1" } as never)],
    ["update_node with none", async () => client.updateNode({ hostname: "eu-1", subscriptions: [] as never })],
  ])("%s", async (_, work) => {
    expect(await failure(work())).toMatchObject({ code: "refused" });
    expect(calls()).toEqual([]);
  });

  test("update_node without subscriptions, past the safe way", async () => {
    const request = { hostname: "eu-1" } as never;
    expect(await failure(client.send("update_node", request))).toMatchObject({ code: "invalid" });
    expect(calls()).toEqual([]);
  });

  test("a route deletion that takes others with it", async () => {
    const routes = [
      { hostname: "a", port: 9933 },
      { hostname: "b", port: 9933 },
    ];
    fake.fail("us-1", { operation: "cluster_get_routes", fault: { kind: "lose", answer: routes } });
    expect(await failure(client.deleteRoutes([{ hostname: "a", port: 9933 }]))).toMatchObject({ code: "refused" });
    expect(calls("cluster_delete_routes")).toEqual([]);
  });

  test("add_node without hostname and url", async () => {
    expect(await failure(client.addNode({}))).toMatchObject({ code: "invalid" });
    expect(calls()).toEqual([]);
  });
});

describe("sharing and turns", () => {
  test("reads of one moment are one call, a write drops them", async () => {
    await Promise.all([client.nodes(), client.nodes(), client.nodes()]);
    await client.nodes();
    expect(calls("search_by_value")).toHaveLength(1);
    await client.addNode({
      hostname: "eu-1",
      verifyTls: false,
      authorization: { username: "admin", password: canary },
      subscriptions: [edge],
    });
    expect((await client.nodes()).map(({ name }) => name)).toEqual(["eu-1"]);
    expect(calls("search_by_value")).toHaveLength(2);
  });

  test("a shared read is not older than two seconds", async () => {
    let now = 0;
    connect({}, { now: () => now });
    await client.nodes();
    now = 1999;
    await client.nodes();
    expect(calls("search_by_value")).toHaveLength(1);
    now = 2001;
    await client.nodes();
    expect(calls("search_by_value")).toHaveLength(2);
  });

  test("what preview was once told suffices for what it allows, never for what it refuses", async () => {
    let now = 0;
    connect({}, { now: () => now });
    await client.lastTables(["shop.dog"]);
    now = 60_000;
    expect((await client.lastTables(["shop.dog"])).has("shop.dog")).toBe(true);
    expect(calls("describe_all")).toHaveLength(1);
    await client.lastTables(["shop.cat"]);
    expect(calls("describe_all")).toHaveLength(2);
    await client.nodes();
    await client.send("cluster_set_routes", { routes: ["wss://a:9933"] });
    expect(await client.lastNodes((rows) => rows.length === 0)).toEqual([]);
    expect(calls("search_by_value")).toHaveLength(1);
    await client.lastNodes((rows) => rows.length > 0);
    expect(calls("search_by_value")).toHaveLength(2);
  });

  test("cluster_status never overlaps: two at once, and the first would never answer", async () => {
    const both = [client.send("cluster_status", {}), client.send("cluster_status", {})];
    expect(await Promise.all(both)).toHaveLength(2);
  });

  test("cluster_status that never answers, as somebody else asked at the same time, is asked again within the time", async () => {
    fake.fail("us-1", { operation: "cluster_status", times: 2, fault: { kind: "hang" } });
    connect({ timeoutSeconds: 0.6 });
    expect(await client.send("cluster_status", {})).toMatchObject({ node_name: "us-1" });
    fake.fail("us-1", { operation: "cluster_status", fault: { kind: "hang" } });
    expect(await failure(client.send("cluster_status", {}))).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("0.6 s"),
    });
  });
});

describe("reading is lenient", () => {
  test("both spellings of the documentation", async () => {
    fake.fail("us-1", {
      operation: "search_by_value",
      fault: {
        kind: "lose",
        answer: [{ hostname: "eu-1", subscriptions: [{ schema: "shop", table: "dog", subscribe: true }], new_key: 1 }],
      },
    });
    expect(await client.nodes()).toMatchObject([
      {
        name: "eu-1",
        full: false,
        subscriptions: [{ database: "shop", table: "dog", subscribe: true, publish: false }],
      },
    ]);
  });

  test("what is no record at all is an error, not an empty list", async () => {
    fake.fail("us-1", { operation: "search_by_value", fault: { kind: "lose", answer: { message: "hello" } } });
    expect(await failure(client.nodes())).toMatchObject({ code: "failed" });
  });
});

test("a bearer token logs in", async () => {
  const { endpoint = "" } = fake.instances["us-1"] ?? {};
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from(`admin:${canary}`).toString("base64")}`,
    },
    body: JSON.stringify({ operation: "create_authentication_tokens", username: "admin", password: canary }),
  });
  const { operation_token } = (await response.json()) as { operation_token: string };
  connect({ username: undefined, password: undefined, token: operation_token });
  expect(await client.nodeName()).toBe("us-1");
});
