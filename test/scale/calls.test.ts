import { afterEach, describe, expect, test } from "vitest";
import { EdgeStack } from "./stack";

let stack: EdgeStack;
afterEach(() => stack.close());

/** One question an instance and process, whatever it is asked for. `search_by_value` is two: the nodes, and the claims. */
const looked = {
  cluster_status: 1,
  list_certificates: 1,
  search_by_value: 2,
  registration_info: 1,
  system_information: 1,
  read_audit_log: 1,
};

describe("a preview with live drift asks each instance the same, however many resources there are and however long it takes", () => {
  test.each([2, 60])("%i edges", async (count) => {
    stack = await EdgeStack.start(count);
    await stack.createNode();
    await stack.check();
    await stack.create();
    await stack.nextRun();
    stack.takeCalls("us-1");
    stack.takeCalls("eu-1");
    for (const step of [stack.read, stack.diff, stack.check, stack.diff]) {
      await step();
      stack.now += 20_000;
    }
    // The tables of an edge are asked of its target.
    expect(stack.takeCalls("us-1")).toEqual({ ...looked, describe_all: 1 });
    expect(stack.takeCalls("eu-1")).toEqual(looked);
  });
});

describe("edges that the engine has in flight together are one update_node, one read on each end, and one claim", () => {
  const made = async (count: number, parallel: number, claims: "on" | "off") => {
    stack = await EdgeStack.start(count, { claims });
    await stack.createNode();
    await stack.check();
    // The first wave asks what is asked once a process.
    stack.parallel = parallel;
    stack.takeCalls("us-1");
    stack.takeCalls("eu-1");
    await stack.create();
    return { us: stack.takeCalls("us-1"), eu: stack.takeCalls("eu-1") };
  };
  const once = { cluster_status: 1 };

  test.each([
    { count: 80, parallel: 8, waves: 10 },
    { count: 300, parallel: 512, waves: 1 },
  ])("$count edges with --parallel $parallel are $waves", async ({ count, parallel, waves }) => {
    const { us, eu } = await made(count, parallel, "on");
    expect(us).toEqual({ ...once, update_node: waves, search_by_value: waves, insert: waves });
    expect(eu).toEqual({ ...once, search_by_value: waves });
  });

  test("what is kept in the state of an edge is the edge, whatever else there is", async () => {
    await made(100, 512, "on");
    expect(stack.stateBytes).toBeLessThan(300);
  });

  test("what is pending names some edges, and is not said again with each wave", async () => {
    await made(300, 8, "on");
    const pending = stack.said.filter((text) => text.startsWith("Pending on us"));
    expect(pending[0]).toMatch(/from eu-1 \(shop\.t\d+(, shop\.t\d+)*\)/);
    expect(pending.at(-1)).toMatch(/\(shop\.t\d+(, shop\.t\d+){19}\), and more, which `pulumi-harper pending` lists\./);
    expect(pending.length).toBeLessThan(20);
  });

  test("without claims two calls on the target", async () => {
    const { us } = await made(80, 8, "off");
    expect(us).toEqual({ ...once, update_node: 10, search_by_value: 10 });
  });
});
