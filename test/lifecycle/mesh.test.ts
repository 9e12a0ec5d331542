import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeWorld } from "./fake-world";
import { Stage } from "./stage";
import { authorizationOf, run, type World } from "./world";

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

/** Whom us has sent add_node for since the last look. */
let seen = 0;
function joined(): unknown[] {
  const calls = fake.instances["us-1"]?.calls ?? [];
  const added = calls.slice(seen).filter(({ operation }) => operation === "add_node");
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
