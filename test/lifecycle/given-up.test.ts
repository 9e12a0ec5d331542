import { describe, expect, test } from "vitest";
import type { HarperError } from "../../provider/operations-api";
import { edge, route, times, useStacks } from "./stacks";
import { authorizationOf } from "./world";

const { on, runOf, eu, ids, rows, calls } = useStacks();
const codeOf = (error: HarperError) => error.code;
const ap = () => ({ ...eu(), hostname: "ap-1", authorization: authorizationOf(on.world.instances.ap.connection) });

describe("after a Cancel nothing begins that had sent nothing", () => {
  test("not a step that waits for its wave", async () => {
    await runOf("one").node.create(eu());
    const run = runOf("one", {}, { quietMs: 100 });
    const create = await run.subscription.checked(edge("dog"));
    const step = create().catch(codeOf);
    run.cancel();
    expect(await step).toBe("cancelled");
    expect(calls("update_node")).toHaveLength(0);
    expect(await ids()).not.toContain("eu-1/us-1/shop/dog");
  });

  test("not a join that waits for its turn, and the one under way is done", async () => {
    const run = runOf("one");
    on.fake.fail("us-1", { operation: "add_node", fault: { kind: "late", ms: 300 }, times: 1 });
    const joins = [run.node.create(eu(), "eu"), run.node.create(ap(), "ap").catch(codeOf)];
    await expect.poll(() => calls("add_node").length).toBe(1);
    run.cancel();
    expect(await Promise.all(joins)).toMatchObject([{ id: "us-1/eu-1" }, "cancelled"]);
    expect(calls("add_node")).toHaveLength(1);
  });

  test("and not on an instance that was never asked before", async () => {
    const run = runOf("one");
    run.cancel();
    expect(await run.route.create(route(1)).catch((error: Error) => error.message)).toMatch(/cancelled/);
    expect(calls("set_configuration")).toHaveLength(0);
  });
});

describe("when customTimeouts have run out, nothing begins that had sent nothing", () => {
  test.each(["a join", "a route", "a removal"] as const)(
    "%s, while it waits for the lease of somebody else",
    async (what) => {
      const first = runOf("one");
      const { state } = await first.route.create(route(1));
      const second = runOf("two", { claims: "off", times: { ...times, patienceMs: 5000 } });
      const late = {
        "a join": () => second.node.create(eu(), "late", 0.2),
        "a route": () => second.route.create(route(2), "late", 0.2),
        "a removal": () => second.route.delete(state, "it", 0.2),
      }[what]();
      expect(await (late as Promise<unknown>).catch(codeOf)).toBe("timeout");
      const before = calls("set_configuration").length;
      await first.close();
      await expect
        .poll(async () => (await rows()).map(({ kind, stack }) => `${kind} of ${stack}`))
        .toContain("lease of shop/two");
      // What comes now finds it held, and is done after whatever was left to do.
      await second.route.create(route(3), "next");
      expect(calls("set_configuration")).toHaveLength(before + 1);
      expect(calls("add_node")).toEqual([]);
    },
  );
});

test("what is written as one is granted the time of whoever grants most", async () => {
  const run = runOf("one", {}, { connection: { timeoutSeconds: 1 } });
  await run.node.create(eu());
  on.fake.fail("us-1", { operation: "update_node", fault: { kind: "late", ms: 1500 }, times: 1 });
  const patient = run.subscription.create(edge("dog"), "dog", 30);
  const others = ["cat", "bird"].map((table) => run.subscription.create(edge(table), table));
  expect(await Promise.all([patient, ...others])).toHaveLength(3);
  expect(calls("update_node")).toHaveLength(1);
});
