import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeCluster } from "../../cli/cluster";
import { planCluster } from "../../cli/cluster/plan";
import { program } from "../../cli/program";
import { plugin, stack } from "../topology/states";
import { type Bench, command, password, startPair } from "./harness";
import { stubPulumi } from "./stub-pulumi";

let bench: Bench;
const before = process.cwd();
const failed = JSON.stringify({ diagnostics: [{ severity: "error", message: "no access to the stack" }] });

const node = plugin("Node", "eu", { target: "us", peer: "eu", hostname: "eu-1", replicateByDefault: false });
const state = JSON.stringify({ deployment: { resources: [stack(), node] } });
const plan = { steps: [{ op: "create", urn: node.urn, newState: node }] };

const answers: Record<string, string> = {};

beforeAll(async () => {
  bench = await startPair();
  const { fake, folder } = bench;
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const objectValue = Object.fromEntries(
    Object.values(fake.instances).map(({ name, endpoint, username }) => [
      name.slice(0, 2),
      { endpoint, username, password },
    ]),
  );
  Object.assign(answers, {
    config: JSON.stringify({ "harper:instances": { objectValue, secret: true } }),
    preview: JSON.stringify(plan),
    refresh: JSON.stringify({ steps: [{ op: "same", urn: node.urn, oldState: node }] }),
    whoami: JSON.stringify({ url: "https://app.pulumi.com/me" }),
    "stack history": JSON.stringify([{ version: 1, kind: "update", result: "succeeded", startTime: "2026-01-01" }]),
    "stack --show-name": "dev\n",
    "stack export": state,
  });
  stubPulumi(bin, answers);
  offerRollback(folder);
  vi.stubEnv("PATH", [bin, process.env.PATH].join(delimiter));
  vi.stubEnv("FORCE_COLOR", "1");
  writeCluster(await planCluster({ directory: join(folder, ".pulumi-harper"), nodes: 1, firstAddress: "auto" }));
});
afterAll(async () => {
  process.chdir(before);
  vi.unstubAllEnvs();
  await bench.close();
});

/** In the package that the project has: the sources of this one cannot be loaded as it is. */
function offerRollback(folder: string) {
  const installed = join(folder, "node_modules", "pulumi-harper");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), '{ "exports": { "./rollback": "./rollback.js" } }');
  writeFileSync(join(installed, "rollback.js"), "exports.offer = async () => ({ address: '', close() {} });");
}

/** A call of every command that answers something. Those left out start or end processes, or ask before they write. */
const calls: Record<string, string[]> = {
  review: [],
  check: [],
  drift: [],
  topology: [],
  history: [],
  rollback: ["--to", "1", "--dry-run"],
  import: ["--dry-run", "--dir", "new"],
  pending: [],
  op: ["cluster_status", "--instance", "us"],
  lease: [],
  claims: [],
  "cluster status": [],
  "cluster config": [],
  completion: ["bash"],
};
const run = (name: string, ...more: string[]) =>
  command(...name.split(" "), ...(calls[name] ?? []), ...more, "--cwd", bench.folder);

const ends = (one: Command, words: string[] = []): [string, Command][] =>
  one.commands.length === 0
    ? [[words.join(" "), one]]
    : one.commands.flatMap((inner) => ends(inner, [...words, inner.name()]));

/** How each command is told to answer in JSON. */
const asJson = ends(program()).flatMap(([name, { options }]): [string, string[]][] => {
  if (options.some(({ long }) => long === "--json")) return [[name, ["--json"]]];
  return options.some(({ argChoices }) => argChoices?.includes("json")) ? [[name, ["--format", "json"]]] : [];
});

test.each(asJson.filter(([name]) => name !== "cluster up"))(
  "%s %j answers JSON and nothing else",
  async (name, flags) => {
    const { stdout, stderr } = await run(name, ...flags);
    expect(() => JSON.parse(stdout), stderr).not.toThrow();
  },
);

describe.each(Object.keys(calls))("%s", (name) => {
  test("answers without colours, and without a stack", async () => {
    const { code, stdout, stderr } = await run(name);
    expect([0, 1, 3], stderr).toContain(code);
    expect(stdout + stderr).not.toContain("\x1b");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test.each([
  ["review", "preview"],
  ["check", "preview"],
  ["drift", "refresh"],
])("%s says why pulumi %s failed, without a stack", async (name, verb) => {
  for (const answer of [failed, "{ half"]) {
    stubPulumi(join(bench.folder, "bin"), { ...answers, [verb]: answer });
    const { code, stdout, stderr } = await run(name);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(answer === failed ? /no access to the stack\n$/ : /pulumi (preview|refresh)/);
    expect(stderr).not.toMatch(/^ +at /m);
  }
});
