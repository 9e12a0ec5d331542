import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeWorld } from "./fake-world";
import { cat, dog, Stage } from "./stage";
import { authorizationOf, peersOf, run, type World } from "./world";

let stage: Stage;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
beforeEach(async () => {
  const faked = await fakeWorld();
  fake = faked.fake;
  stage = new Stage(async () => faked.world);
  await stage.begin();
});
afterEach(async () => {
  await stage.end();
  await fake.close();
});

const ap = () => ({
  ...stage.eu(),
  hostname: "ap-1",
  authorization: authorizationOf(stage.world.instances.ap.connection),
});

/** Whom us has sent add_node or update_node for since the last look. */
let seen = 0;
function joined(): unknown[] {
  const calls = fake.instances["us-1"]?.calls ?? [];
  const added = calls.slice(seen).filter(({ operation }) => /^(add|update)_node$/.test(operation));
  seen = calls.length;
  return added.map(({ body }) => body.hostname);
}

/** A mesh of three that ap has left. */
async function meshThatApLeft(): Promise<void> {
  await stage.provider.node.create(stage.eu());
  const { state } = await stage.provider.node.create(ap());
  await expect.poll(() => stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
  await stage.nextRun();
  await stage.provider.node.delete(state);
  await stage.nextRun();
  joined();
}

describe("who joins a full mesh", { timeout: 30_000 }, () => {
  beforeEach(() => {
    seen = 0;
  });

  test("for the first time: of the others nothing is written", async () => {
    await stage.provider.node.create(stage.eu());
    joined();
    await stage.provider.node.create(ap());
    expect(joined()).toEqual(["ap-1"]);
  });

  test("whose members it removed when it left: they are written anew before", async () => {
    await meshThatApLeft();
    await stage.provider.node.create(ap());
    expect(joined()).toEqual(["eu-1", "ap-1"]);
    for (const name of ["us", "eu", "ap"] as const)
      await expect.poll(() => stage.names(name)).toEqual(["ap-1", "eu-1", "us-1"]);
  });

  test("and has removed whom the other has as an explicit node: that one is written anew, too, as it is", async () => {
    await stage.provider.node.create({ ...ap(), subscriptions: [dog, cat] });
    const { state } = await stage.provider.node.create({ ...ap(), target: "eu", replicateByDefault: false });
    await stage.nextRun();
    await stage.provider.node.delete(state);
    await stage.nextRun();
    joined();
    await stage.provider.node.create(stage.eu());
    expect(joined()).toEqual(["ap-1", "eu-1"]);
    await expect.poll(() => stage.names("eu")).toContain("us-1");
    const [row] = (await peersOf(stage.world, "us")).filter(({ name }) => name === "ap-1");
    expect(row?.subscriptions).toEqual(expect.arrayContaining([dog, cat]));
  });

  test("and cannot be asked: they are written anew all the same", async () => {
    await meshThatApLeft();
    await stage.end();
    const { ap: ours, ...instances } = stage.world.instances;
    const provider = run({ ...stage.world, instances } as World);
    await provider.node.create({ ...ap(), authorization: authorizationOf(ours.connection) });
    expect(joined()).toEqual(["eu-1", "ap-1"]);
    await provider.close();
  });

  test("one that cannot be written anew is named", async () => {
    await meshThatApLeft();
    fake.fail("us-1", { operation: "add_node", fault: { kind: "status", status: 500, error: "boom" }, times: 1 });
    await stage.provider.node.create(ap());
    expect(stage.provider.said.join()).toMatch(/warning: Node us-1\/ap-1: its log may still remove eu-1.*boom/);
  });
});

describe("a Node whose peer another Node of the program keeps in the mesh", { timeout: 30_000 }, () => {
  const atAp = (hostname = "eu-1") => ({ ...stage.eu(), target: "ap", hostname });
  const mesh = ["ap-1", "eu-1", "us-1"];

  /** us joins eu; a run follows in which ap has to declare eu, as it is spelled. */
  async function movedToAp(hostname?: string) {
    const { state } = await stage.provider.node.create(stage.eu());
    await stage.nextRun();
    await stage.provider.node.check(atAp(hostname), {});
    return state;
  }

  test.each(["eu-1", "EU-1"])("is deleted: nothing is removed, and what stays is said (%s)", async (hostname) => {
    const state = await movedToAp(hostname);
    await stage.provider.node.create(atAp(hostname));
    await stage.provider.node.delete(state);
    for (const name of ["us", "eu", "ap"] as const) await expect.poll(() => stage.names(name)).toEqual(mesh);
    expect(stage.provider.said.join()).toMatch(/warning: Node us-1\/eu-1: nothing is removed.*us-1 stays a member/);
  });

  test("while that one is not there yet, it is removed as ever", async () => {
    const state = await movedToAp();
    await stage.provider.node.delete(state);
    expect([await stage.names("us"), await stage.names("eu")]).toEqual([[], []]);
    await stage.provider.node.create(atAp());
    expect(await stage.names("us")).toEqual([]);
  });

  test("both: neither leaves", async () => {
    const { state } = await stage.provider.node.create(stage.eu());
    await stage.provider.node.create(ap());
    await expect.poll(() => stage.names("ap")).toEqual(mesh);
    await stage.nextRun();
    for (const declared of [ap(), atAp()]) await stage.provider.node.check(declared, {});
    await stage.provider.node.create(atAp());
    await stage.provider.node.delete(state);
    for (const name of ["us", "eu", "ap"] as const) await expect.poll(() => stage.names(name)).toEqual(mesh);
    expect(stage.provider.said.join()).toMatch(/info: Node us-1\/eu-1: nothing is removed.*and us-1, too/);
  });
});
