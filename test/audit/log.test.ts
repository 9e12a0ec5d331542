import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fakeWorld } from "../lifecycle/fake-world";
import { authorizationOf, run } from "../lifecycle/world";
import { memoryLog } from "./lines";

let at: Awaited<ReturnType<typeof fakeWorld>>;
let log: ReturnType<typeof memoryLog>;
let provider: ReturnType<typeof run>;

beforeEach(async () => {
  at = await fakeWorld();
  log = memoryLog();
  provider = run(at.world, "keep", undefined, log.log);
});
afterEach(async () => {
  await provider.close();
  await at.fake.close();
});

const node = (name: "eu" | "ap", more: object = {}) => ({
  target: "us",
  hostname: at.names[name],
  verifyTls: false,
  authorization: authorizationOf(at.world.instances[name].connection),
  replicateByDefault: false,
  ...more,
});
const edge = (of: "eu" | "ap", table: string) => ({ target: "us", node: at.names[of], database: "shop", table });
const operations = (name = "us-1") => at.fake.instances[name]?.calls.map(({ operation }) => operation) ?? [];

describe("what arrives together and is written as one", () => {
  test("is a call that names every step it is for, and no other", async () => {
    await provider.node.create(node("eu"));
    await provider.node.create(node("ap"));
    const made = [edge("eu", "dog"), edge("eu", "cat"), edge("ap", "dog")].map((inputs) =>
      provider.subscription.create(inputs),
    );
    await Promise.all(made);
    const { calls, asked, ended } = log.lines();
    const tableOf = new Map(asked.map(({ step, inputs }) => [step, inputs.table]));
    const updates = calls.filter(({ operation }) => operation === "update_node");
    const named = updates.map(({ request, steps }) => [
      request.hostname,
      steps.map(({ step }) => tableOf.get(step)).sort(),
    ]);
    expect(named.sort()).toEqual([
      ["ap-1", ["dog"]],
      ["eu-1", ["cat", "dog"]],
    ]);
    expect(ended.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "done", "done"]);
  });

  test("each route of a list that is written as one is named", async () => {
    await Promise.all(["eu-1", "ap-1"].map((hostname) => provider.route.create({ target: "us", hostname })));
    const [call, ...more] = log.lines().calls;
    expect(more).toEqual([]);
    expect(call).toMatchObject({ operation: "set_configuration", steps: [{ step: 1 }, { step: 2 }] });
  });
});

test("a call that was cut off is there without an answer, and what was read later beside it", async () => {
  at.fake.fail("us-1", { operation: "add_node", fault: { kind: "truncate" } });
  await provider.node.create(node("eu"));
  const { calls, answers, ended } = log.lines();
  // It is not sent again, as it was read to be there.
  expect(calls).toMatchObject([{ operation: "add_node", instance: "us" }]);
  expect(answers).toMatchObject([{ call: 1, outcome: "no answer", text: expect.stringContaining("add_node on us") }]);
  expect(ended).toMatchObject([
    {
      outcome: "done",
      readBack: [
        { end: "us", found: { name: "eu-1" } },
        { end: "eu", what: "record of us-1", found: { name: "us-1" } },
      ],
    },
  ]);
});

test("what the instance refuses is there in its words", async () => {
  at.fake.fail("us-1", { operation: "add_node", fault: { kind: "status", status: 500, error: "boom" } });
  await expect(provider.node.create(node("eu"))).rejects.toThrow("boom");
  expect(log.lines().answers).toMatchObject([{ outcome: "failed", text: expect.stringContaining("boom") }]);
});

test("an end that nobody can ask was not read, and that is said", async () => {
  await at.fake.stop("eu-1");
  at.fake.fail("us-1", { operation: "add_node", fault: { kind: "lose" } });
  await expect(provider.node.create(node("eu"))).rejects.toThrow();
  expect(log.lines().ended[0]?.readBack).toMatchObject([
    { end: "us", what: "record of eu-1", found: null },
    { end: "eu-1", what: "record of us-1", notRead: "it is not in harper:instances, or did not answer" },
  ]);
});

test("what was read before the last call is no evidence", async () => {
  await provider.node.create(node("eu"));
  at.fake.fail("us-1", { operation: "update_node", fault: { kind: "late", ms: 100 } });
  const made = provider.subscription.create(edge("eu", "dog"));
  await expect.poll(() => log.lines().calls.length).toBe(2);
  at.fake.fail("eu-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
  await expect(made).rejects.toThrow("search_by_value on eu");
  expect(log.lines().ended.at(-1)?.readBack).toMatchObject([
    { end: "us", found: { table: "dog", subscribe: true } },
    { end: "eu", notRead: "it was not read after the last call" },
  ]);
});

test("what is declared as a whole is read back as a whole: each peer on both ends, each route in its place", async () => {
  const { target: _, replicateByDefault: _explicit, ...eu } = node("eu", { subscriptions: [] });
  await provider.configuration.create({ target: "us", connections: [eu] });
  await provider.routes.create({ target: "us", routes: ["wss://eu-1:9933", "wss://ap-1:9933"] });
  const [configuration, routes] = log.lines().ended;
  expect(configuration?.readBack).toMatchObject([
    { end: "us", what: "record of eu-1", found: { name: "eu-1", full: false } },
    { end: "eu", what: "record of us-1", found: { name: "us-1", full: false } },
  ]);
  expect(routes?.readBack).toMatchObject([
    { end: "us", what: "routes", found: ["wss://eu-1:9933", "wss://ap-1:9933"] },
  ]);
  expect(JSON.stringify(log.lines().all)).not.toContain(at.world.instances.eu.connection.password);
});

describe("a log that cannot be written", () => {
  test("before a step: nothing is sent, and the error names the file", async () => {
    log.log.refused = ["asked"];
    await expect(provider.node.create(node("eu"))).rejects.toMatchObject({
      code: "notLogged",
      message: expect.stringMatching(
        /create Node on us: \/srv\/audit\.jsonl cannot be written: ENOSPC.* Nothing was sent/,
      ),
    });
    expect(operations()).not.toContain("add_node");
  });

  test("before a call: it is not sent", async () => {
    log.log.refused = ["call"];
    await expect(provider.node.create(node("eu"))).rejects.toThrow(
      "add_node on us: /srv/audit.jsonl cannot be written",
    );
    expect(operations()).not.toContain("add_node");
    expect(log.lines().ended).toMatchObject([{ outcome: "failed", readBack: [{ end: "us", found: null }, {}] }]);
  });

  test("after a call: what was done is verified and in the state, and a warning says what is lacking", async () => {
    log.log.refused = ["answer", "ended"];
    expect(await provider.node.create(node("eu"))).toMatchObject({ id: "us-1/eu-1" });
    expect(provider.said.join("\n")).toContain("/srv/audit.jsonl lacks what came of a call or a step: ENOSPC");
  });
});

test("no call more is made because of it", async () => {
  const life = async ({ world, fake }: typeof at, logged?: typeof log.log) => {
    const first = run(world, "keep", undefined, logged);
    const made = await first.node.create(node("eu"));
    const edged = await first.subscription.create(edge("eu", "dog"));
    const routed = await first.route.create({ target: "us", hostname: "eu-1" });
    await first.subscription.update(edged.state, { ...edge("eu", "dog"), publish: false });
    await first.close();
    const last = run(world, "keep", undefined, logged);
    await last.subscription.delete(edged.state);
    await last.route.delete(routed.state);
    await last.node.delete(made.state);
    await last.close();
    return Object.values(fake.instances).map(({ calls }) => calls.map(({ operation }) => operation).sort());
  };
  const other = await fakeWorld();
  onTestFinished(() => other.fake.close());
  expect(await life(at, log.log)).toEqual(await life(other));
  expect(log.lines().ended).toHaveLength(7);
});

test("a delete that leaves what somebody else has says so", async () => {
  const { state } = await provider.node.create(node("eu"));
  await provider.node.create(node("eu"));
  await provider.node.delete(state);
  expect(log.lines().ended.at(-1)).toMatchObject({ outcome: "left", readBack: [{ found: { name: "eu-1" } }, {}] });
});
