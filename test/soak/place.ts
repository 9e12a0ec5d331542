import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Cluster, processesOf, readCluster } from "../../cli/cluster";
import { install, pack } from "../../scripts/demo/packed.mts";
import { type Outcome, type RunOptions, run } from "../../scripts/demo/run.mts";
import { pulumiEnvironment, Stack } from "../../scripts/demo/stack.mts";

/** Everything that the soak writes while it runs. */
export const folder = resolve(".cache", "soak");
export const installed = join(folder, "node_modules", "pulumi-harper");
const cluster = join(folder, "cluster");
const program = join(folder, "program");
export const clusterFile = join(cluster, "cluster.json");

/** The command of this project, as a user runs it. */
function harper(...args: string[]): Promise<void> {
  // Who interrupts the soak at a terminal does not interrupt what takes the cluster down.
  const child = spawn(process.execPath, [resolve("dist/cli/main.js"), ...args], { stdio: "pipe", detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  return new Promise((done, fail) => {
    child.once("error", fail).once("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`pulumi-harper ${args.join(" ")}: exit code ${code}\n${said}`));
    });
  });
}

export const clusterUp = () => harper("cluster", "up", "--nodes", "3", "--first-address", "auto", "--dir", cluster);
export const clusterDown = () => harper("cluster", "down", "--dir", cluster);
export const clusterGone = () => harper("cluster", "down", "--delete", "--dir", cluster);

/** The processes of the instances. */
export async function clusterPids(): Promise<number[]> {
  const { instances } = readCluster(cluster) as Cluster;
  return (await Promise.all(Object.values(instances).map(processesOf))).flat();
}

/** The packed package in a user's project, which has the program of the soak. */
export async function prepare(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(resolve("examples/quickstart/package.json"), join(folder, "package.json"));
  await install(folder, await pack(resolve("."), folder));
  cpSync(resolve("test/soak/program"), program, { recursive: true });
  Object.assign(process.env, pulumiEnvironment(folder));
}

/** The stack, whose commands attach to a provider that runs, and can be interrupted in the middle. */
export class SoakStack extends Stack {
  readonly port: number;
  /** All that the last command said. */
  last = "";

  constructor(port: number) {
    super(program);
    this.port = port;
  }

  declare(resources: readonly object[]): void {
    // Credentials are in it.
    writeFileSync(join(program, "program.json"), JSON.stringify(resources, undefined, 1), { mode: 0o600 });
  }

  override pulumi(...args: string[]): Promise<Outcome> {
    return this.interrupted(Number.POSITIVE_INFINITY, ...args);
  }

  /** Sends SIGINT when the command has said so often that it works on something. */
  async interrupted(after: number, ...args: string[]): Promise<Outcome> {
    let [pid, works] = [0, 0];
    const options: RunOptions = {
      cwd: program,
      env: { PULUMI_DEBUG_PROVIDERS: `harper:${this.port}` },
      started: (id) => {
        pid = id;
      },
      hear: (text) => {
        const before = works;
        works += text.match(/harper:index:\w+ .* (creating|updating|deleting|replacing) /g)?.length ?? 0;
        if (before < after && works >= after) process.kill(pid, "SIGINT");
      },
    };
    const outcome = await run("pulumi", [...args, "--non-interactive", "--color", "never"], options);
    const command = `$ pulumi ${args.join(" ")}: ${outcome.code}, ${outcome.seconds.toFixed(1)} s\n`;
    appendFileSync(join(folder, "commands.log"), command);
    this.last = command + outcome.stdout + outcome.stderr;
    return outcome;
  }
}
