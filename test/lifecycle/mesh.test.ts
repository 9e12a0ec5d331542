import { beforeEach, describe, expect, test } from "vitest";
import { cat, dog } from "./stage";
import { standIns } from "./stand-ins";
import { authorizationOf, peersOf, run, type World } from "./world";

const on = standIns();

const ap = () => ({
  ...on.stage.eu(),
  hostname: "ap-1",
  authorization: authorizationOf(on.stage.world.instances.ap.connection),
});

/** Whom us has sent add_node or update_node for since the last look. */
let seen = 0;
function joined(): unknown[] {
  const calls = on.fake.instances["us-1"]?.calls ?? [];
  const added = calls.slice(seen).filter(({ operation }) => /^(add|update)_node$/.test(operation));
  seen = calls.length;
  return added.map(({ body }) => body.hostname);
}

/** A mesh of three that ap has left. */
async function meshThatApLeft(): Promise<void> {
  await on.stage.provider.node.create(on.stage.eu());
  const { state } = await on.stage.provider.node.create(ap());
  await expect.poll(() => on.stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
  await on.stage.nextRun();
  await on.stage.provider.node.delete(state);
  await on.stage.nextRun();
  joined();
}

describe("who joins a full mesh", { timeout: 30_000 }, () => {
  beforeEach(() => {
    seen = 0;
  });

  test("for the first time: of the others nothing is written", async () => {
    await on.stage.provider.node.create(on.stage.eu());
    joined();
    await on.stage.provider.node.create(ap());
    expect(joined()).toEqual(["ap-1"]);
  });

  test("whose members it removed when it left: they are written anew before", async () => {
    await meshThatApLeft();
    await on.stage.provider.node.create(ap());
    expect(joined()).toEqual(["eu-1", "ap-1"]);
    for (const name of ["us", "eu", "ap"] as const)
      await expect.poll(() => on.stage.names(name)).toEqual(["ap-1", "eu-1", "us-1"]);
  });

  test("and has removed whom the other has as an explicit node: that one is written anew, too, as it is", async () => {
    await on.stage.provider.node.create({ ...ap(), subscriptions: [dog, cat] });
    const { state } = await on.stage.provider.node.create({ ...ap(), target: "eu", replicateByDefault: false });
    await on.stage.nextRun();
    await on.stage.provider.node.delete(state);
    await on.stage.nextRun();
    joined();
    await on.stage.provider.node.create(on.stage.eu());
    expect(joined()).toEqual(["ap-1", "eu-1"]);
    await expect.poll(() => on.stage.names("eu")).toContain("us-1");
    const [row] = (await peersOf(on.stage.world, "us")).filter(({ name }) => name === "ap-1");
    expect(row?.subscriptions).toEqual(expect.arrayContaining([dog, cat]));
  });

  test("and cannot be asked: they are written anew all the same", async () => {
    await meshThatApLeft();
    await on.stage.end();
    const { ap: ours, ...instances } = on.stage.world.instances;
    const provider = run({ ...on.stage.world, instances } as World);
    await provider.node.create({ ...ap(), authorization: authorizationOf(ours.connection) });
    expect(joined()).toEqual(["eu-1", "ap-1"]);
    await provider.close();
  });

  test("one that cannot be written anew is named", async () => {
    await meshThatApLeft();
    on.fake.fail("us-1", { operation: "add_node", fault: { kind: "status", status: 500, error: "boom" }, times: 1 });
    await on.stage.provider.node.create(ap());
    expect(on.stage.provider.said.join()).toMatch(/warning: Node us-1\/ap-1: its log may still remove eu-1.*boom/);
  });
});

describe("a Node whose peer another Node of the program keeps in the mesh", { timeout: 30_000 }, () => {
  const atAp = (hostname = "eu-1") => ({ ...on.stage.eu(), target: "ap", hostname });
  const mesh = ["ap-1", "eu-1", "us-1"];

  /** us joins eu; a run follows in which ap has to declare eu, as it is spelled. */
  async function movedToAp(hostname?: string) {
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    await on.stage.nextRun();
    await on.stage.provider.node.check(atAp(hostname), {});
    return state;
  }

  test.each(["eu-1", "EU-1"])("is deleted: nothing is removed, and what stays is said (%s)", async (hostname) => {
    const state = await movedToAp(hostname);
    await on.stage.provider.node.create(atAp(hostname));
    await on.stage.provider.node.delete(state);
    for (const name of ["us", "eu", "ap"] as const) await expect.poll(() => on.stage.names(name)).toEqual(mesh);
    expect(on.stage.provider.said.join()).toMatch(/warning: Node us-1\/eu-1: nothing is removed.*us-1 stays a member/);
  });

  test("while that one is not there yet, it is removed as ever", async () => {
    const state = await movedToAp();
    await on.stage.provider.node.delete(state);
    expect([await on.stage.names("us"), await on.stage.names("eu")]).toEqual([[], []]);
    await on.stage.provider.node.create(atAp());
    expect(await on.stage.names("us")).toEqual([]);
  });

  test("is deleted where its target has no record of it any more: it keeps all others", async () => {
    await on.stage.provider.node.create(on.stage.eu());
    const { state } = await on.stage.provider.node.create(atAp());
    await expect.poll(() => on.stage.names("ap")).toEqual(mesh);
    await on.stage.nextRun();
    on.fake.loseNode("ap-1", "eu-1");
    await on.stage.provider.node.check(on.stage.eu(), {});
    await on.stage.provider.node.delete(state);
    expect(await on.stage.names("eu")).toEqual(mesh);
    expect(on.stage.provider.said.join()).toMatch(/warning: Node ap-1\/eu-1: nothing is removed.*ap-1 stays a member/);
  });

  test("both: neither leaves", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    await on.stage.provider.node.create(ap());
    await expect.poll(() => on.stage.names("ap")).toEqual(mesh);
    await on.stage.nextRun();
    for (const declared of [ap(), atAp()]) await on.stage.provider.node.check(declared, {});
    await on.stage.provider.node.create(atAp());
    await on.stage.provider.node.delete(state);
    for (const name of ["us", "eu", "ap"] as const) await expect.poll(() => on.stage.names(name)).toEqual(mesh);
    expect(on.stage.provider.said.join()).toMatch(/info: Node us-1\/eu-1: nothing is removed.*and us-1, too/);
  });
});

describe("edges of a mesh's members with a node outside, whose record the mesh shares", { timeout: 30_000 }, () => {
  const atEu = () => ({ ...ap(), target: "eu", subscriptions: [dog] });

  async function regions() {
    const member = await on.stage.provider.node.create(on.stage.eu());
    const outside = await on.stage.provider.node.create({ ...ap(), subscriptions: [dog] });
    await on.stage.provider.node.create(atEu());
    await expect.poll(() => on.stage.names("ap")).toEqual(["eu-1", "us-1"]);
    await on.stage.nextRun();
    return { member: member.state, outside: outside.state };
  }

  test("that the mesh told a member of: its own end is made, and adopted", async () => {
    await on.stage.provider.node.create(on.stage.eu());
    await on.stage.provider.node.create({ ...ap(), subscriptions: [dog] });
    await expect.poll(() => on.stage.names("eu")).toContain("ap-1");
    expect(await on.stage.names("ap")).toEqual(["us-1"]);
    const { state } = await on.stage.provider.node.create(atEu());
    expect(state).toMatchObject({ instance: "eu-1", name: "ap-1", mirror: "agrees" });
    expect(await on.stage.names("ap")).toEqual(["eu-1", "us-1"]);
  });

  test("one is deleted, and the other declared: it stays until its member has left, and goes then", async () => {
    const { member, outside } = await regions();
    await on.stage.provider.node.check(atEu(), {});
    await on.stage.provider.node.delete(outside);
    expect(on.stage.provider.said.join()).toMatch(
      /info: Node us-1\/ap-1: nothing is removed yet, as a mesh shares its records, and these stand on them: eu-1\/ap-1/,
    );
    for (const name of ["us", "eu"] as const) expect(await on.stage.names(name)).toContain("ap-1");
    await on.stage.provider.node.delete(member);
    expect(await on.stage.names("us")).toEqual([]);
    expect(await on.stage.names("eu")).toEqual(["ap-1"]);
    expect(await on.stage.names("ap")).toEqual(["eu-1"]);
  });

  test("both are deleted, or all by destroy: nothing is left", async () => {
    const { member, outside } = await regions();
    await on.stage.provider.node.delete(outside);
    await on.stage.provider.node.delete({ ...outside, target: "eu", instance: "eu-1", authoritySerial: undefined });
    await on.stage.provider.node.delete(member);
    for (const name of ["us", "eu", "ap"] as const) expect(await on.stage.names(name), name).toEqual([]);
  });
});
