import { describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { standIns } from "./stand-ins";
import { run } from "./world";

const on = standIns();
const [a, b, c] = ["wss://127.0.0.97:9933", "wss://127.0.0.98:9933", "wss://127.0.0.99:9933"];
const list = (...routes: unknown[]) => ({ target: "us", routes });
const said = () => on.stage.provider.said.join("\n");
const store = (...routes: unknown[]) =>
  on.stage.world.ask("us", { operation: "set_configuration", replication_routes: routes });
const stored = async () => {
  const answer = await on.stage.world.ask("us", { operation: "get_configuration" });
  return (answer as { replication: { routes: unknown } }).replication.routes;
};

describe("before it is written", () => {
  test("who becomes the first is said, and nothing where it stays", async () => {
    await store(a, b);
    const { state } = await on.stage.provider.routes.create(list(a, b));
    expect(said()).not.toMatch(/the first one/);
    await on.stage.provider.routes.diff(state, list(a, b, c));
    expect(said()).not.toMatch(/the first one/);
    await on.stage.provider.routes.diff(state, list(b, a));
    expect(said()).toMatch(
      /info: Routes of us: the first one will be wss:\/\/127\.0\.0\.98:9933, not wss:\/\/127\.0\.0\.97:9933/,
    );
  });

  test("a new address of who still has a full record brings it back, as with a Route", async () => {
    await on.stage.provider.node.create(on.stage.eu());
    await on.stage.world.ask("us", { operation: "remove_node", hostname: "eu-1" });
    await on.stage.nextRun();
    await on.stage.provider.routes.check(list({ hostname: "eu-1" }));
    expect(said()).toMatch(
      /warning: Route wss:\/\/eu-1:9933: eu still has a record of us-1 that replicates everything/,
    );
  });
});

test("a route that does not replicate brings nobody back, and is nothing to warn of", async () => {
  await on.stage.provider.node.create(on.stage.eu());
  await on.stage.world.ask("us", { operation: "remove_node", hostname: "eu-1" });
  await on.stage.nextRun();
  const { state } = await on.stage.provider.routes.create(list({ hostname: "eu-1", replicates: false }));
  expect(said()).not.toMatch(/brings it back/);
  await on.stage.world.restart("us");
  await on.stage.nextRun();
  await on.stage.provider.routes.diff(state, list({ hostname: "eu-1", replicates: true }));
  expect(said()).toMatch(/brings it back/);
  await on.stage.provider.routes.update(state, list({ hostname: "eu-1", replicates: true }));
  expect(await on.stage.names("us")).not.toContain("eu-1");
  await on.stage.world.restart("us");
  await expect.poll(() => on.stage.names("us")).toContain("eu-1");
});

describe("while others write", () => {
  test("a list that somebody writes over is written again", async () => {
    const other = run(on.stage.world);
    const writing = on.stage.provider.routes.create(list(b, a));
    await expect.poll(stored).toEqual([b, a]);
    await store(c);
    const { state } = await writing;
    expect(state).toMatchObject({ routes: [{ url: b }, { url: a }] });
    expect(await stored()).toEqual([b, a]);
    await other.close();
  });

  test("one that does not stand is an error with both lists, and what is there stays in state", async () => {
    await store(c);
    on.fake.fail("us-1", { operation: "set_configuration", fault: { kind: "lose", answer: { message: "done" } } });
    const failed = await on.stage.provider.routes.create({ ...list(a), adopt: "always" }).catch((error) => error);
    expect(failed).toBeInstanceOf(PartialFailure);
    expect(failed.message).toContain(`the routes in the configuration are ${c}, and were set to ${a}`);
    expect(failed.state).toMatchObject({ routes: [], undeclared: [c] });
  });
});

test("entries that are no address are named as they stand, without credentials, and removed", async () => {
  await store("http://admin:secret@x", a, null);
  const made = on.stage.provider.routes.create(list(a));
  await expect(made).rejects.toThrow(/"http:\/\/\[secret\]@x", null is there and not declared/);
  await on.stage.provider.routes.create({ ...list(a), adopt: "always" });
  expect(await stored()).toEqual([a]);
});

test("of an address that is there twice the second one goes", async () => {
  await store({ hostname: "127.0.0.97", port: 9933, more: 1 }, a);
  await on.stage.provider.routes.create({ ...list(a), adopt: "always" });
  expect(await stored()).toEqual([{ hostname: "127.0.0.97", port: 9933, more: 1 }]);
});
