import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { install, pack } from "../../scripts/demo/packed.mts";
import { pulumiEnvironment } from "../../scripts/demo/stack.mts";
import { stopClusters } from "./clusters.mts";

const project = resolve(__dirname, "../..");
const state = join(project, ".cache", "test");

/**
 * What all files share: the package packed and installed once in `.cache/test/programs`, the CLI with a home of its own,
 * and the password of every cluster. Each file has a cluster of its own (cluster.mts), unless PULUMI_HARPER_TEST_CLUSTER
 * names the cluster.json of one that runs already.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (!existsSync(join(project, "dist"))) throw new Error("dist/ is missing: make build");
  const start = performance.now();
  // Left by a run that was killed.
  await stopClusters();
  rmSync(state, { recursive: true, force: true });

  const cli = execFileSync("node", ["scripts/ensure-pulumi.mjs"], { cwd: project, encoding: "utf8" }).trim();
  await installPackage();
  Object.assign(process.env, pulumiEnvironment(state), {
    PATH: [join(project, "node_modules", ".bin"), cli, process.env.PATH].join(delimiter),
    // One that a command takes for a flag, where it is not told that it is none.
    PULUMI_HARPER_TEST_PASSWORD: `-${randomBytes(18).toString("base64url")}`,
  });
  say(`the programs' folder is ready after ${seconds(start)} s`);
  return async () => {
    await stopClusters();
    say(`end-to-end tests took ${seconds(start)} s`);
  };
}

/** An empty project but for its two dependencies. Programs live in folders below it and find them there. */
async function installPackage(): Promise<void> {
  const programs = join(state, "programs");
  mkdirSync(programs, { recursive: true });
  cpSync(join(project, "examples", "quickstart", "package.json"), join(programs, "package.json"));
  await install(programs, await pack(project, programs));
}

const say = (line: string) => void process.stderr.write(`e2e: ${line}\n`);
const seconds = (start: number) => Math.round((performance.now() - start) / 1000);
