import { describe, expect, test } from "vitest";
import { calls, canary, client, connect, failure, fake, pauses } from "./harness";

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
