import { describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { unknown } from "../../provider/unknown";
import { cat, dog } from "./stage";
import { standIns } from "./stand-ins";
import { authorizationOf, run } from "./world";

const on = standIns();
const said = () => on.stage.provider.said.join("\n");
const all = (...connections: object[]) => ({ target: "us", connections });
const to = (of: "eu" | "ap", more: object = {}) => ({
  hostname: `${of}-1`,
  verifyTls: false,
  authorization: authorizationOf(on.stage.world.instances[of].connection),
  ...more,
});
const explicit = (of: "eu" | "ap", ...subscriptions: object[]) => to(of, { subscriptions });
const peers = async (of: "us" | "eu" | "ap") => (await on.stage.names(of)).filter((name) => name !== `${of}-1`);

describe("half done", () => {
  test("what was joined is in state, and the next up joins the rest", async () => {
    const declared = all(explicit("eu", dog), explicit("ap", cat));
    const fault = { kind: "status", status: 500, error: "boom" } as const;
    on.fake.fail("us-1", { operation: "add_node", after: "add_node", fault, times: 1 });
    const failed = await on.stage.provider.configuration.create(declared).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("eu is joined, and ap is not", { cause: failed });
    expect(failed.state.connections).toEqual([{ hostname: "eu-1", subscriptions: [dog] }]);
    expect(await peers("us")).toEqual(["eu-1"]);
    await on.stage.nextRun();
    const { state } = await on.stage.provider.configuration.update(failed.state, declared);
    expect(state.connections).toHaveLength(2);
    expect([await peers("us"), await peers("ap")]).toEqual([["ap-1", "eu-1"], ["us-1"]]);
  });

  test("what its peer was not told of is sent again, though it reads as declared", async () => {
    // The first join of two is signed for, or fails as a whole.
    const { state: former } = await on.stage.provider.configuration.create(all(explicit("eu", dog)));
    await on.stage.nextRun();
    await on.stage.provider.configuration.delete(former);
    on.fake.fail("us-1", { operation: "add_node", fault: { kind: "half" }, times: 1 });
    const declared = all(explicit("eu", dog));
    const { eu: _, ...known } = on.stage.world.instances;
    const blind = run({ ...on.stage.world, instances: known as never });
    const failed = await blind.configuration.create(declared).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("the record is here and not there", { cause: failed });
    expect(await peers("eu")).toEqual([]);
    expect(await blind.configuration.diff(failed.state, declared)).toMatchObject({ changes: false });
    await blind.configuration.update(failed.state, declared);
    expect(await peers("eu")).toEqual(["us-1"]);
    await blind.close();
  });

  test("an up that fails leaves no credentials in the state", async () => {
    on.fake.fail("us-1", { operation: "add_node", fault: { kind: "truncate" } });
    on.fake.fail("us-1", { operation: "search_by_value", after: "add_node", fault: { kind: "status", status: 500 } });
    const failed = await on.stage.provider.configuration.create(all(to("eu"))).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("nobody knows whether it is there", { cause: failed });
    expect(failed.state.connections).toEqual([{ hostname: "eu-1" }]);
  });
});

describe("what nobody declares", () => {
  test("came after the preview: nothing is written, and the error has its name", async () => {
    const { inputs } = await on.stage.provider.configuration.check(all(explicit("eu", dog)));
    await on.stage.world.ask("us", { operation: "add_node", verify_tls: false, ...to("ap", { subscriptions: [cat] }) });
    await on.stage.nextRun();
    const late = run(on.stage.world);
    await expect(late.configuration.create(inputs)).rejects.toThrow(/ap-1 is a peer of us and not declared/);
    expect(await peers("us")).toEqual(["ap-1"]);
    await late.close();
  });

  test("came by gossip: it stops the next preview with what a full mesh needs, and nothing of it is removed", async () => {
    await on.stage.provider.node.create({
      ...on.stage.eu(),
      hostname: "ap-1",
      target: "eu",
      authorization: to("ap").authorization,
    });
    await on.stage.nextRun();
    const { state } = await on.stage.provider.configuration.create({ ...all(to("eu")), removeUnmanaged: true });
    await expect.poll(() => peers("us")).toEqual(["ap-1", "eu-1"]);
    await on.stage.nextRun();
    const read = await on.stage.provider.configuration.read("", state);
    const { failures } = await on.stage.provider.configuration.check(all(to("eu")), read?.state);
    expect(failures).toMatchObject([
      { reason: expect.stringMatching(/ap-1 is a peer of us and not declared.*full mesh/) },
    ]);
    const declared = all(to("eu"), to("ap"));
    const { state: whole } = await on.stage.provider.configuration.update(read?.state ?? {}, declared);
    expect(await on.stage.provider.configuration.diff(whole, declared)).toMatchObject({ changes: false });
  });
});

describe("before it is written", () => {
  test("joining two with rows is told as of a Node, and of what stays nothing is", async () => {
    on.fake.insertRow("us-1", "shop", "dog", "one");
    on.fake.insertRow("eu-1", "shop", "dog", "two");
    await on.stage.provider.configuration.check(all(to("eu")));
    expect(said()).toMatch(/warning: Node eu-1: joining merges the data of both sides/);
    await on.stage.nextRun();
    const { state } = await on.stage.provider.configuration.create(all(to("eu")));
    await on.stage.nextRun();
    await on.stage.provider.configuration.diff(state, all(to("eu"), explicit("ap", cat)));
    expect(said()).not.toMatch(/joining merges/);
  });

  test("what is not known yet stops nothing, and is no replacement", async () => {
    const { state } = await on.stage.provider.configuration.create(all(explicit("eu", dog)));
    const later = all(explicit("eu", dog), { hostname: unknown });
    expect((await on.stage.provider.configuration.check(later)).failures).toEqual([]);
    expect(await on.stage.provider.configuration.diff(state, later)).toMatchObject({
      changed: ["connections"],
      replaces: [],
    });
  });

  test("no message has the credentials of a connection", async () => {
    const secret = { username: "admin", password: "hush-hush" };
    await on.stage.provider.node.create({ target: "us", ...explicit("eu", dog) });
    await on.stage.nextRun();
    const made = on.stage.provider.configuration.create(all({ ...explicit("eu", cat), authorization: secret }));
    await expect(made).rejects.toThrow(/connections is .* declared is /);
    const text = `${await made.catch(String)}${said()}`;
    expect(text).toContain("eu-1");
    expect(text).not.toContain(secret.password);
  });
});

test("hostname and url of one address are one connection, and are not given twice", async () => {
  const { state } = await on.stage.provider.configuration.create(all(explicit("eu", dog)));
  const { hostname: _, ...rest } = explicit("eu", dog);
  const by = { ...rest, url: "wss://eu-1:9933" };
  expect(await on.stage.provider.configuration.diff(state, all(by))).toMatchObject({ changes: false });
  const { failures } = await on.stage.provider.configuration.check(all(by, to("eu")));
  expect(failures).toMatchObject([{ property: "connections[1]", reason: "wss://eu-1:9933 is given twice" }]);
});
