import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterDown, clusterUp, readCluster } from "../../cli/cluster";
import { ask, createTables, empty, peers, readHarper } from "../../scripts/demo/harper.mts";
import { must } from "../../scripts/demo/run.mts";
import { buildHosts, go, isOnPath, project, state } from "./go";
import { generateSdks, pythonStack } from "./python";

const noGo = "there is no Go on PATH, which the outside suites are written in";
const noPython = "there is no python3 on PATH";
const directory = join(state, "cluster");
const suites = (cluster: string) =>
  go(["test", "-vet=off", "-count=1", "-timeout=15m", "."], { HARPER_TEST_CLUSTER: cluster });

beforeAll(async () => {
  mkdirSync(state, { recursive: true });
  if (!existsSync(join(project, "plugin", "bundle"))) throw new Error("plugin/bundle is missing: make build");
  const start = performance.now();
  if (isOnPath("go")) await buildHosts();
  process.stderr.write(
    `outside: the hosts of other languages took ${Math.round((performance.now() - start) / 1000)} s\n`,
  );
});

describe("pulumi-go-provider's lifecycle test and providertest, on the built plugin", () => {
  afterAll(async () => {
    const cluster = readCluster(directory);
    if (cluster) await clusterDown(cluster);
  });

  test("on the stand-in", async ({ skip }) => {
    if (!isOnPath("go")) skip(noGo);
    const file = join(state, "stand-in.json");
    const standIn = spawn("node", ["test/outside/stand-in.mts", file], {
      cwd: project,
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const [ready] = await once(createInterface({ input: standIn.stdout }), "line");
      expect(ready).toBe(file);
      await suites(file);
    } finally {
      standIn.stdin.end();
    }
  });

  test("on real instances", async ({ skip }) => {
    if (!isOnPath("go")) skip(noGo);
    await clusterUp({ directory, firstAddress: "auto", say: () => {} });
    await suites(join(directory, "cluster.json"));
  });

  test("a Python program, with the SDK that Pulumi makes of schema.json", async ({ skip }) => {
    if (!isOnPath("go")) skip(noGo);
    if (!isOnPath("python3")) skip(noPython);
    const harper = readHarper(join(directory, "cluster.json"));
    await empty(harper);
    await createTables(harper, ["dog"]);
    const [home, peer] = [harper["us-1"], harper["eu-1"]];
    await generateSdks();
    const stack = await pythonStack();
    const connection = (name: string, { endpoint, username, password }: typeof home) => {
      const at = `harper:instances.${name}`;
      return [
        `--plaintext=${at}.endpoint=${endpoint}`,
        `--plaintext=${at}.username=${username}`,
        `--secret=${at}.password=${password}`,
      ];
    };
    const settings = [...connection("home", home), ...connection("peer", peer), `--plaintext=hostname=${peer.address}`];
    await stack.init("dev", settings);
    await stack.must("up", "--yes", "--skip-preview");
    const outputs = JSON.parse((await stack.must("stack", "output", "--json")).stdout);
    expect(outputs).toEqual({ instance: home.address, node: peer.address, peers: [peer.address], tables: ["dog"] });
    expect(await stack.preview()).toEqual([]);
    await ask(home, { operation: "remove_node", hostname: peer.address });
    expect((await stack.preview()).map(({ op, name }) => `${op} ${name}`).sort()).toEqual([
      "create dog",
      "create peer",
    ]);
    await stack.must("destroy", "--yes", "--skip-preview");
    expect(await peers(home)).toEqual([]);
  });
});

describe("the schema", () => {
  test("passes the CLI's own check, as a file and as the plugin serves it", async () => {
    await must("pulumi", ["schema", "check", "schema.json"], { cwd: project });
    const served = await must("pulumi", ["package", "get-schema", "./plugin/pulumi-resource-harper"], { cwd: project });
    const keysOf = ({ resources = {}, functions = {} }) =>
      [...Object.keys(resources), ...Object.keys(functions)].sort();
    expect(keysOf(JSON.parse(served.stdout))).toEqual(
      keysOf(JSON.parse(readFileSync(join(project, "schema.json"), "utf8"))),
    );
  });

  test("makes SDKs for Node, Python, Go and .NET without a diagnostic; Python's and Go's compile", async ({ skip }) => {
    if (!isOnPath("go")) skip(noGo);
    await go(["test", "-vet=off", "-count=1", "./sdks"]);
  });

  test("makes a Node SDK that compiles", async ({ skip }) => {
    if (!isOnPath("go")) skip(noGo);
    await generateSdks();
    const sdk = join(state, "sdks", "nodejs");
    rmSync(join(sdk, "node_modules"), { force: true });
    symlinkSync(join(project, "node_modules"), join(sdk, "node_modules"));
    await must("tsc", ["-p", ".", "--noEmit", "--ignoreDeprecations", "6.0"], { cwd: sdk });
  });
});
