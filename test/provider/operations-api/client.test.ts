import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HarperClient, type HarperError, type Surroundings } from "../../../provider/operations-api";
import { type FakeCluster, startFakeCluster } from "../../fake";

const canary = "pw-canary-7f3a";
const edge = { database: "shop", table: "dog", subscribe: true, publish: true };

let fake: FakeCluster;
let client: HarperClient;
let pauses: number[];
const connect = (rest: object = {}, given: Partial<Surroundings> = {}) => {
  const { endpoint, username, password } = fake.instances["us-1"] ?? { endpoint: "", username: "", password: "" };
  const surroundings = { random: () => 0.5, sleep: async (ms: number) => void pauses.push(ms), ...given };
  client = new HarperClient("us", { endpoint, username, password, timeoutSeconds: 2, ...rest }, surroundings);
  return client;
};
const calls = (operation?: string) =>
  (fake.instances["us-1"]?.calls ?? []).filter((call) => !operation || call.operation === operation);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable("it succeeded"),
    (error: HarperError) => error,
  );

beforeEach(async () => {
  pauses = [];
  fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], password: canary, tables: { shop: ["dog"] } });
  connect();
});
afterEach(async () => {
  await client.close();
  await fake.close();
});

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

describe("every failure has a code, and a text that helps", () => {
  const answers = (status: number, error: string) => fake.fail("us-1", { fault: { kind: "status", status, error } });

  test.each([
    [401, "Login failed", "unauthorised"],
    [403, "unauthorized_access", "forbidden"],
    [400, "Operation 'cluster_status' not found", "unsupportedOperation"],
    [400, "Clustering must be enabled to perform this operation.", "invalid"],
    [500, "boom", "failed"],
  ])("%i %s: %s", async (status, text, code) => {
    answers(status, text);
    const error = await failure(client.getRoutes());
    expect(error).toMatchObject({ code, status, operation: "cluster_get_routes", instance: "us" });
    expect(error.message).toContain(text);
  });

  test("a node that is not there", async () => {
    expect(await failure(client.removeNode("nowhere"))).toMatchObject({ code: "notFound" });
  });

  test("200 with a failure in words is a failure", async () => {
    const message =
      "Successfully added 'wss://eu-1:9933' to cluster but there was an error updating target node: Unauthorized 1008";
    fake.fail("us-1", { operation: "add_node", fault: { kind: "lose", answer: { message } } });
    expect(await failure(client.addNode({ hostname: "eu-1" }))).toMatchObject({ code: "halfDone" });
  });

  test.each([
    ["named", { connections: [], failed_nodes: ["eu-1"] }, "eu-1 failed"],
    ["not named, as it was given by hostname", { connections: [], failed_nodes: [null] }, "a node failed"],
    [
      "half added",
      {
        connections: [
          { response: "Successfully added 'wss://ap-1:9933' to cluster" },
          {
            response:
              "Successfully added 'wss://eu-1:9933' to cluster but there was an error updating target node: Error returned from wss://eu-1:9933: connect ECONNREFUSED",
          },
        ],
      },
      "ECONNREFUSED",
    ],
  ])("configure_cluster that failed in part, the node %s", async (_, rest, text) => {
    const answer = { message: "Configure cluster complete.", ...rest };
    fake.fail("us-1", { operation: "configure_cluster", fault: { kind: "lose", answer } });
    const error = await failure(client.configureCluster([{ hostname: "eu-1" }]));
    expect(error).toMatchObject({ code: "halfDone", message: expect.stringContaining(text) });
  });

  test("an answer that is no JSON names the endpoint as the suspect", async () => {
    fake.fail("us-1", { fault: { kind: "truncate" } });
    expect((await failure(client.getRoutes())).message).toMatch(/cluster_get_routes on us/);
  });

  test("no answer in time", async () => {
    connect({ timeoutSeconds: 0.1 });
    fake.fail("us-1", { fault: { kind: "hang" } });
    expect(await failure(client.getRoutes())).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("0.1 s"),
    });
    // Harper may still be at it.
    expect(calls("cluster_get_routes")).toHaveLength(1);
  });

  test("cancelled: all of it, or one call", async () => {
    fake.fail("us-1", { fault: { kind: "hang" } });
    const one = new AbortController();
    const [alone, rest] = [failure(client.send("cluster_get_routes", {}, one.signal)), failure(client.getRoutes())];
    one.abort();
    expect(await alone).toMatchObject({ code: "cancelled" });
    client.cancel();
    expect(await rest).toMatchObject({ code: "cancelled" });
  });

  test("what caused it is kept", async () => {
    fake.fail("us-1", { fault: { kind: "reset" } });
    expect((await failure(client.addNode({ hostname: "eu-1" }))).cause).toBeInstanceOf(Error);
  });

  test("the credentials are in no error, whatever it carries", async () => {
    for (const fault of [
      { kind: "status", status: 401, error: "Login failed" },
      { kind: "status", status: 500, error: "x" },
      { kind: "reset" },
      { kind: "truncate" },
    ] as const) {
      fake.fail("us-1", { fault, times: 10 });
      const error = await failure(
        client.addNode({ hostname: "eu-1", authorization: { username: "admin", password: canary } }),
      );
      const basic = Buffer.from(`admin:${canary}`).toString("base64");
      const text = JSON.stringify([error, error.message, error.stack, error.cause], (_key, value) =>
        value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
      );
      expect(text).not.toContain(canary);
      expect(text).not.toContain(basic);
      fake.recover("us-1");
    }
  });
});

describe("retries", () => {
  test("a read is tried again with growing pauses", async () => {
    fake.fail("us-1", { fault: { kind: "reset" }, times: 2 });
    expect(await client.getRoutes()).toEqual([]);
    expect(calls("cluster_get_routes")).toHaveLength(3);
    expect(pauses).toEqual([200, 400]);
  });

  test.each([
    [0, [100, 200]],
    [0.99, [298, 596]],
  ])("not all at the same moment: chance %d pauses %j ms", async (chance, expected) => {
    connect({}, { random: () => chance });
    fake.fail("us-1", { fault: { kind: "reset" }, times: 2 });
    await client.getRoutes();
    expect(pauses).toEqual(expected);
  });

  test("a read gives up", async () => {
    fake.fail("us-1", { fault: { kind: "status", status: 503, error: "busy" } });
    expect(await failure(client.getRoutes())).toMatchObject({ code: "failed" });
    expect(calls("cluster_get_routes")).toHaveLength(4);
  });

  test("a write is never tried again by itself", async () => {
    fake.fail("us-1", { fault: { kind: "reset" } });
    expect(await failure(client.addNode({ hostname: "eu-1" }))).toMatchObject({ code: "unreachable" });
    expect(calls("add_node")).toHaveLength(1);
  });

  test("a refusal is no reason to try again", async () => {
    fake.fail("us-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
    await failure(client.getRoutes());
    expect(calls("cluster_get_routes")).toHaveLength(1);
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
    await client.setRoutes(["wss://a:9933"]);
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

describe("credentials and TLS", () => {
  test("a bearer token", async () => {
    const { operation_token } = (await (
      await fetch(fake.instances["us-1"]?.endpoint ?? "", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Basic ${Buffer.from(`admin:${canary}`).toString("base64")}`,
        },
        body: JSON.stringify({ operation: "create_authentication_tokens", username: "admin", password: canary }),
      })
    ).json()) as { operation_token: string };
    const { endpoint } = fake.instances["us-1"] ?? { endpoint: "" };
    client = new HarperClient("us", { endpoint, token: operation_token });
    expect(await client.nodeName()).toBe("us-1");
  });

  describe("a self-signed instance", () => {
    let server: ReturnType<typeof createServer>;
    let endpoint: string;
    let certificate: string;
    beforeAll(async () => {
      const made = await generate([{ name: "commonName", value: "localhost" }], {
        extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
      });
      certificate = made.cert;
      server = createServer({ key: made.private, cert: made.cert }, (_request, response) =>
        response.end('{"version":"4.7.29"}'),
      );
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());

    test("is refused by default, and the error names the ways out", async () => {
      const error = await failure(new HarperClient("us", { endpoint }).version());
      expect(error).toMatchObject({
        code: "tls",
        message: expect.stringMatching(/caCertificate.*insecureSkipTlsVerify/),
      });
    });
    test("is accepted with its CA", async () => {
      expect(await new HarperClient("us", { endpoint, caCertificate: certificate }).version()).toBe("4.7.29");
    });
    test("is accepted with the explicit switch", async () => {
      expect(await new HarperClient("us", { endpoint, insecureSkipTlsVerify: true }).version()).toBe("4.7.29");
    });
  });
});
