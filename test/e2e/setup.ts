import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { type Cluster, clusterDown, clusterUp, readCluster } from "../../cli/cluster";
import { install, pack } from "../../scripts/demo/packed.mts";
import { pulumiEnvironment } from "../../scripts/demo/stack.mts";

const project = resolve(__dirname, "../..");
const state = join(project, ".cache", "test");

/**
 * What all files share: a real three-node cluster, the package packed and installed once in `.cache/test/programs`, and
 * the CLI with a home of its own. PULUMI_HARPER_TEST_CLUSTER may name the cluster.json of one that runs already.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (!existsSync(join(project, "dist"))) throw new Error("dist/ is missing: make build");
  const given = process.env.PULUMI_HARPER_TEST_CLUSTER;
  const start = performance.now();
  const stopped = readCluster(join(state, "cluster"));
  // Left by a run that was killed.
  if (stopped) await clusterDown(stopped, { remove: true });
  rmSync(state, { recursive: true, force: true });

  let cluster: Cluster | undefined;
  const teardown = async () => {
    cluster = readCluster(join(state, "cluster"));
    if (cluster && !given) await clusterDown(cluster);
  };
  try {
    const cli = execFileSync("node", ["scripts/ensure-pulumi.mjs"], { cwd: project, encoding: "utf8" }).trim();
    const found = await Promise.allSettled([
      given ?? clusterUp({ directory: join(state, "cluster"), firstAddress: "auto", say }),
      installPackage(),
    ]);
    for (const one of found) if (one.status === "rejected") throw one.reason;
    Object.assign(process.env, pulumiEnvironment(state), {
      PATH: [join(project, "node_modules", ".bin"), cli, process.env.PATH].join(delimiter),
      PULUMI_HARPER_TEST_CLUSTER: given ?? join(state, "cluster", "cluster.json"),
    });
  } catch (error) {
    await teardown();
    throw error;
  }
  say(`cluster and programs are ready after ${seconds(start)} s`);
  return async () => {
    await teardown();
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
