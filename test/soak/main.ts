// Random edits on a real cluster for a long time, through one process of the provider: nothing it holds may grow, and no edge be lost.
import { execFileSync } from "node:child_process";
import { readHarper, settings } from "../../scripts/demo/harper.mts";
import { realWorld } from "../lifecycle/real-world";
import type { World } from "../lifecycle/world";
import { clusterDown, clusterFile, clusterGone, clusterUp, folder, installed, prepare, SoakStack } from "./place";
import { Plugin } from "./plugin";
import { Progress } from "./progress";
import { judged, written } from "./report";
import { Soak } from "./soak";
import { foreignOf, type Kind, stepsOf } from "./steps";
import { Watch } from "./watch";

const minutes = Number(process.env.SOAK_MINUTES || 30);
const seed = Number(process.env.SOAK_SEED || Math.floor(Math.random() * 2 ** 31));
/** A mesh needs new instances: after explicit joins, or what they leave in the log, Harper leaves a member deaf at times. */
const rounds: { kind: Kind; steps: number }[] = [
  { kind: "full", steps: 8 },
  { kind: "explicit", steps: 50 },
  { kind: "explicit", steps: 50 },
];
const mostFindings = 10;
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();

let isStopped = false;
let soaked: Soak | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    isStopped = true;
    if (soaked) soaked.isStopping = true;
    say("stopping when the command that runs has ended");
  });

async function main(): Promise<void> {
  say(`SOAK_SEED=${seed} SOAK_MINUTES=${minutes} repeat these edits`);
  await clusterGone();
  await prepare();
  let plugin: Plugin | undefined;
  try {
    plugin = await Plugin.start(installed, `${folder}/plugin.log`);
    await soak(plugin);
  } catch (error) {
    // A command of Pulumi between two rounds, which was interrupted, too.
    if (!isStopped) throw error;
    process.exitCode = 130;
  } finally {
    await plugin?.end();
    await clusterGone();
  }
}

async function soak(plugin: Plugin): Promise<void> {
  const stack = new SoakStack(plugin.port);
  await clusterUp();
  let world = await realWorld(clusterFile);
  await stack.init("soak", connections());
  soaked = new Soak(world, stack);
  const watch = new Watch(plugin);
  const progress = new Progress(watch, soaked, minutes);
  const { findings } = soaked;
  const isOver = () => isStopped || watch.seconds > minutes * 60 || findings.length >= mostFindings;
  for (let round = 0; !isOver(); round++) {
    const { kind, steps } = rounds[round % rounds.length] as (typeof rounds)[number];
    if (round > 0) world = await restarted(stack, kind);
    await soaked.begin(world, foreignOf(seed + round));
    let isWell = true;
    for (const step of stepsOf(seed + round, steps)) {
      isWell = await soaked.step(step, kind);
      await watch.rest(soaked.count);
      progress.show();
      if (!isWell || isOver()) break;
    }
    if (isWell && (await soaked.end())) continue;
    // The next round has a state of its own.
    await stack.must("stack", "rm", "--force", "--yes", "soak");
    await stack.init("soak", connections());
  }
  await watch.rest(soaked.count);
  const report = written({ watch, soaked, minutes, seed, counted: await plugin.counted(), isStopped, commit });
  process.exitCode = judged(report) ? 0 : isStopped ? 130 : 1;
}

/** Other processes, for a mesh on no data: what was bound and what was deaf begins anew. */
async function restarted(stack: SoakStack, kind: Kind): Promise<World> {
  await (kind === "full" ? clusterGone() : clusterDown());
  await clusterUp();
  await stack.must("config", "set-all", "--path", ...connections());
  return realWorld(clusterFile);
}

function connections(): string[] {
  const { "us-1": us, "eu-1": eu, "ap-1": ap } = readHarper(clusterFile);
  return settings({ us, eu, ap });
}

function say(line: string): void {
  process.stderr.write(`soak: ${line}\n`);
}

void main();
