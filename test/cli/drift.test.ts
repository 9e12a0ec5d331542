import { afterEach, beforeEach, expect, test } from "vitest";
import { plugin } from "../topology/states";
import { type Bench, command, startPair } from "./harness";
import { useProject } from "./project";

const { pulumiAnswers, run } = useProject();
let bench: Bench;
beforeEach(async () => {
  bench = await startPair();
});
afterEach(() => bench.close());

/** What a refresh of a stack with this route comes to, which changes nothing; and what the live cluster is beside it. */
async function drift(...flags: string[]) {
  const inputs = { target: "us", hostname: "eu-1" };
  const outputs = { ...inputs, instance: "us-1", address: "wss://eu-1:9933" };
  const route = plugin("Route", "eu", inputs, { outputs });
  const steps = [{ op: "same", urn: route.urn, oldState: route, newState: route }];
  pulumiAnswers({ refresh: JSON.stringify({ steps }) });
  return run("drift", "--instances", bench.file, ...flags);
}

test("what waits for a restart is said, and is no drift", async () => {
  const routes = JSON.stringify({ routes: ["wss://eu-1:9933"] });
  expect(await run("op", "cluster_set_routes", routes, "--instance", "us", "--instances", bench.file)).toMatchObject({
    code: 0,
  });
  expect(await drift()).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^pending: .*will dial wss:\/\/eu-1:9933 after a restart.*\n$/),
    stderr: "the cluster is as the stack has it\n",
  });
  expect(JSON.parse((await drift("--json")).stdout)).toMatchObject({
    drift: [],
    unmanaged: [],
    pending: [expect.any(String)],
  });
  await bench.fake.stop("us-1");
  await bench.fake.start("us-1");
  expect(await drift()).toMatchObject({ code: 0, stdout: "" });
});

test("an instance that does not answer is named, and its silence is not taken for none", async () => {
  bench.fake.fail("eu-1", { fault: { kind: "status", status: 401, error: "Login failed" } });
  const { code, stdout } = await drift();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^not asked: eu: .*Login failed/m);
});

test.each([
  ["an option that it does not have", ["--bogus"]],
  ["a folder that is not there", ["--cwd", "/not/there"]],
  ["a file that is not there", ["--instances", "/not/there.json"]],
])("called wrongly, with %s, it is not taken for drift", async (_what, flags) => {
  pulumiAnswers({ refresh: JSON.stringify({ steps: [] }) });
  expect(await command("drift", ...flags)).toMatchObject({ code: 1, stdout: "" });
  expect(await command("pending", ...flags)).toMatchObject({ code: 2, stdout: "" });
});
