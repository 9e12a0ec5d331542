import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ask, createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { type Outcome, run } from "../../scripts/demo/run.mts";
import { frontEnds, harper, openStack, project, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu } = harper();
const tables = (...names: string[]) => names.map((table) => ({ database: "shop", table }));
const shapeOf = (...names: string[]) => ({ type: "hubAndSpoke", hub: "us-1", tables: tables(...names) });
const instances = Object.fromEntries(
  Object.entries(harper()).map(([name, { address }]) => [name, { hostname: address }]),
);
const config = (shape: object) => [
  ...["--plaintext", `shape=${JSON.stringify(shape)}`, "--plaintext", `instances=${JSON.stringify(instances)}`],
  ...["--plaintext", "verifyTls=false"],
];

describe.each(frontEnds)("$name", ({ name, module }) => {
  let stack: TestStack;
  const harperCommand = (...args: string[]): Promise<Outcome> =>
    run("node", [join(project, "dist/cli/main.js"), ...args], { cwd: stack.folder });

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack(`topology-${name.split(" ")[0]}`, "environments", config(shapeOf("orders", "prices")));
    if (module !== "pulumi-harper") stack.usePlugin();
  });
  afterAll(() => empty(harper()));

  test("review, and up of what was reviewed and of nothing else", async () => {
    const review = await harperCommand("review", "--format", "json");
    expect(review, review.stderr).toMatchObject({ code: 0 });
    const { headline, changes, hash } = JSON.parse(review.stdout) as {
      headline: string;
      changes: object[];
      hash: string;
    };
    expect(headline).toBe("adds 3 instances and 4 edges");
    expect(changes).toContainEqual({ sign: "+", what: "edge", text: "eu-1 <-> us-1: shop.orders" });

    await ask(us, { operation: "set_configuration", replication_routes: [`wss://${eu.address}:9933`] });
    await stack.must("config", "set", "harper:expectedTopology", hash);
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(`harper:expectedTopology is ${hash}, and the live topology is`);
    expect(await peers(us)).toEqual([]);

    await ask(us, { operation: "set_configuration", replication_routes: [] });
    expect(await stack.up()).toMatchObject({ code: 0 });
    await stack.must("config", "rm", "harper:expectedTopology");
  });

  test("what is applied is no drift, and the topology shows it", async () => {
    expect(await harperCommand("drift")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("is as the stack has it"),
    });
    const shown = await harperCommand("topology");
    expect(shown.stdout).toMatch(/ap-1 +<-> +us-1 +shop\.prices/);
    const checked = await harperCommand("check");
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.stdout).toContain("warning cut-node: without us-1 these are apart: ap-1 | eu-1");
  });

  test("review of an edge that goes says whose rows reach whom no more", async () => {
    await stack.must("config", "set-all", "--path", ...config(shapeOf("orders")));
    const { stdout } = await harperCommand("review");
    expect(stdout).toContain("## Harper topology: removes 2 edges; shop.prices of ap-1, eu-1 no longer reaches us-1");
    expect((await harperCommand("review")).stdout).toBe(stdout);
    await stack.must("config", "set-all", "--path", ...config(shapeOf("orders", "prices")));
  });

  test("drift: what is declared and otherwise is 2; what nobody declares alone is 3", async () => {
    const edge = (table: string, isOn: boolean) => ({ database: "shop", table, subscribe: isOn, publish: isOn });
    const update = (...subscriptions: object[]) =>
      ask(us, { operation: "update_node", hostname: eu.address, verify_tls: false, subscriptions });
    await update(edge("prices", false), edge("stock", true));
    const drifted = await harperCommand("drift");
    expect(drifted).toMatchObject({ code: 2 });
    expect(drifted.stdout).toMatch(/^drift: Subscription ".*\/us-1\/eu-1\/shop\/prices" is gone$/m);
    expect(drifted.stdout).toMatch(/^unmanaged: us-1 has an edge with eu-1 for shop\.stock$/m);
    expect(drifted.stdout).toMatch(/^unmanaged: eu-1 has an edge with us-1 for shop\.stock$/m);

    await stack.must("refresh", "--yes", "--skip-preview");
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await harperCommand("drift")).toMatchObject({ code: 3 });
    await update(edge("stock", false));
    expect(await harperCommand("drift")).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});

test("both front ends in one program write to what was reviewed, though the first of them moves it", async () => {
  const stack = await openStack("topology-both", "native", []);
  stack.write(`
import { Route } from "pulumi-harper";
import * as native from "pulumi-harper/native";
const first = new Route("first", { target: "us-1", hostname: "${eu.address}" });
const second = new native.Route("second", { target: "eu-1", hostname: "${us.address}" }, { dependsOn: first });
new Route("third", { target: "ap-1", hostname: "${us.address}" }, { dependsOn: second });
`);
  const command = ["topology", "--json", "--instances", process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""];
  const { stdout } = await run("node", [join(project, "dist/cli/main.js"), ...command], { cwd: project });
  await stack.must("config", "set", "harper:expectedTopology", (JSON.parse(stdout) as { hash: string }).hash);
  expect(await stack.up()).toMatchObject({ code: 0 });
  // The next run is another one.
  expect((await stack.destroy()).code).not.toBe(0);
  // It runs no program, and has the settings of the state.
  await stack.must("config", "rm", "harper:expectedTopology");
  vi.stubEnv("HARPER_EXPECTED_TOPOLOGY", "any");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await stack.destroy()).toMatchObject({ code: 0 });
});
