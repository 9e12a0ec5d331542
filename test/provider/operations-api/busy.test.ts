import { describe, expect, test } from "vitest";
import { asBegun, polling } from "../../../provider/operations-api";
import { retryAfterIn } from "../../../provider/operations-api/backoff";
import { calls, client, connect, failure, fake, pauses } from "./harness";

const sum = (all: number[]) => all.reduce((one, other) => one + other, 0);
const busy = (rest: { status?: number; retryAfter?: string; operation?: string; times?: number } = {}) => {
  const { status = 429, retryAfter, ...planned } = rest;
  const fault = { kind: "status", status, error: "too many", ...(retryAfter !== undefined && { retryAfter }) } as const;
  fake.fail("us-1", { fault, ...planned });
};
const asked = async () => {
  await client.version();
  pauses.length = 0;
};

describe("an instance that is too busy", () => {
  test.each([
    [429, undefined],
    [429, "0"],
    [503, "1"],
  ])("is asked again until it answers: %i, Retry-After %s", async (status, retryAfter) => {
    busy({ status, times: 6, ...(retryAfter !== undefined && { retryAfter }) });
    connect({ timeoutSeconds: 30 });
    expect(await client.getRoutes()).toEqual([]);
    expect(calls("cluster_get_routes")).toHaveLength(7);
  });

  test("is left alone for as long as it asks for, in seconds or until a date", async () => {
    connect({ timeoutSeconds: 30 });
    busy({ times: 1, retryAfter: "7" });
    await client.getRoutes();
    expect(pauses).toEqual([7000]);
    expect(retryAfterIn("Thu, 01 Jan 2026 00:01:00 GMT", Date.UTC(2026, 0, 1))).toBe(60_000);
    expect(retryAfterIn("Thu, 01 Jan 2026 00:01:00 GMT", Date.UTC(2027, 0, 1))).toBe(0);
    expect([undefined, "", "soon"].map((text) => retryAfterIn(text, 0))).toEqual([undefined, undefined, undefined]);
  });

  test("but no longer than its timeoutSeconds in all, and the error says what was tried for how long", async () => {
    connect({ timeoutSeconds: 30 });
    busy({ retryAfter: "3600" });
    const error = await failure(client.getRoutes());
    expect(error).toMatchObject({ code: "busy", status: 429, instance: "us", operation: "cluster_get_routes" });
    expect(error.message).toMatch(/Harper answered 429 "too many", and so at every try for 30 s\. .*maxConcurrency/);
    expect(pauses).toEqual([30_000]);
    pauses.length = 0;
    // Who waited in vain has waited for all.
    const before = calls().length;
    expect(await failure(client.tables())).toBe(error);
    expect(calls()).toHaveLength(before);
  });

  test("is asked less and less often", async () => {
    connect({ timeoutSeconds: 10 });
    busy();
    await failure(client.getRoutes());
    expect(pauses.slice(0, 6)).toEqual([200, 400, 800, 1600, 2000, 2000]);
    expect(sum(pauses)).toBe(10_000);
  });

  test("by nobody while it is left alone, and then one by one, until it has answered", async () => {
    let goOn = () => {};
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => {
        pauses.push(ms);
        goOn = resolve;
      });
    connect({ timeoutSeconds: 30 }, { sleep });
    busy({ times: 1, operation: "cluster_get_routes" });
    const first = client.getRoutes();
    await expect.poll(() => pauses).toHaveLength(1);
    const others = [client.tables(), client.certificates(), client.version(), client.storedRoutes()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls()).toHaveLength(1);
    fake.fail("us-1", { operation: "describe_all", fault: { kind: "hang" } });
    goOn();
    await expect.poll(() => calls("describe_all")).toHaveLength(1);
    // One at a time: the others wait for that.
    expect(calls()).toHaveLength(2);
    client.cancel();
    await Promise.allSettled([first, ...others]);
  });

  test("a write is not sent again by itself, and who looks what came of it waits as long as is asked for", async () => {
    const waits: number[] = [];
    connect({ timeoutSeconds: 30 }, { sleep: async (ms) => void waits.push(ms) });
    busy({ times: 1, operation: "add_node", retryAfter: "3" });
    const error = await failure(client.addNode({ hostname: "eu-1" }));
    expect(error).toMatchObject({ code: "busy", retryAfterMs: 3000 });
    expect(calls("add_node")).toHaveLength(1);
    expect(waits).toEqual([3000]);
    await client.nodesNow();
  });

  test("503 without a time, of one that has not answered before, is what it was: four tries", async () => {
    busy({ status: 503 });
    expect(await failure(client.getRoutes())).toMatchObject({ code: "failed" });
    expect(calls("cluster_get_routes")).toHaveLength(4);
  });
});

describe("an instance that is restarting", () => {
  const lost = (times: number) => fake.fail("us-1", { fault: { kind: "reset" }, times });

  test("is waited for, where it has answered before: reads", async () => {
    connect({ timeoutSeconds: 30 });
    await asked();
    lost(9);
    expect(await client.getRoutes()).toEqual([]);
    expect(sum(pauses)).toBeGreaterThan(10_000);
  });

  test.each([502, 503, 504])("and a proxy before it that answers %i in its place", async (status) => {
    connect({ timeoutSeconds: 30 });
    await asked();
    busy({ status, times: 9 });
    expect(await client.getRoutes()).toEqual([]);
  });

  test("no longer than its timeoutSeconds; after that nobody waits for it again", async () => {
    connect({ timeoutSeconds: 20 });
    await asked();
    await fake.stop("us-1");
    const error = await failure(client.getRoutes());
    expect(error.message).toMatch(/ECONNREFUSED.*, and so at every try for 20 s\. Nothing answers there/);
    expect(sum(pauses)).toBe(20_000);
    expect(await failure(client.tables())).toBe(error);
  });

  test("not by whoever asks again by himself", async () => {
    connect({ timeoutSeconds: 20 });
    await asked();
    await fake.stop("us-1");
    expect(await failure(polling(() => client.getRoutes()))).toMatchObject({ code: "unreachable" });
    expect(pauses).toEqual([200, 400, 800]);
  });

  test("one that never answered blocks nobody: four tries", async () => {
    connect({ timeoutSeconds: 20 });
    await fake.stop("us-1");
    await failure(client.getRoutes());
    expect(pauses).toEqual([200, 400, 800]);
  });

  test("a write that no connection came about for is sent when it is back, once", async () => {
    let pause = async () => {};
    connect({ timeoutSeconds: 20 }, { sleep: async () => pause() });
    await client.version();
    await fake.stop("us-1");
    await failure(polling(() => client.getRoutes()));
    pause = () => fake.start("us-1");
    await client.send("set_configuration", { replicationRoutes: ["wss://eu-1:9933"] });
    expect(calls("set_configuration")).toHaveLength(1);
  });

  test("one that was sent and broke off is not", async () => {
    await asked();
    lost(1);
    expect(await failure(client.addNode({ hostname: "eu-1" }))).toMatchObject({ code: "unreachable" });
    expect(calls("add_node")).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  test("a Cancel ends the wait, but for work that has begun", async () => {
    connect(
      { timeoutSeconds: 20 },
      {
        sleep: (ms, signal) =>
          new Promise((resolve, reject) => {
            const timer = setTimeout(resolve, ms);
            signal?.addEventListener("abort", () => {
              clearTimeout(timer);
              reject(signal.reason);
            });
          }),
      },
    );
    await client.version();
    await fake.stop("us-1");
    const idle = failure(client.getRoutes());
    const begun = asBegun(() => client.tables());
    client.cancel();
    expect(await idle).toMatchObject({ code: "cancelled" });
    await fake.start("us-1");
    expect((await begun).size).toBeGreaterThan(0);
  });
});

test("what answers with something that is no HTTP is not restarting: four tries", async () => {
  connect({ timeoutSeconds: 20 });
  await asked();
  fake.fail("us-1", { fault: { kind: "echo" } });
  expect(await failure(client.getRoutes())).toMatchObject({ code: "unreachable", isInVain: false });
  expect(pauses).toEqual([200, 400, 800]);
});
