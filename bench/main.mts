// Time, calls and bytes of many subscriptions on one instance, through both front ends, with the real CLI and the packed
// package, against a stand-in that answers in 20 ms; and how fast the plugin starts. Prints a table and writes bench/results.json.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { type Case, frontEnds, measure, names, type Result } from "./measure.mts";
import { Project } from "./project.mts";
import { print, printStartup } from "./report.mts";
import { compileFake, latencyMs, startStandIn } from "./stand-in.mts";
import { measureStartup } from "./startup.mts";

const cases: Case[] = [
  { name: "300 subscriptions", count: 300 },
  { name: "300 subscriptions, --parallel 512", count: 300, parallel: 512 },
  { name: "300 inline in one Node", count: 300, inline: true },
].flatMap((one) => frontEnds.map((frontEnd) => ({ ...one, frontEnd })));

const work = resolve(".cache/bench");
const only = process.argv[2] ?? "";
const fake = compileFake(work);
console.error("packing and installing pulumi-harper as a user would");
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop.abort(new Error(`${signal}: stopped`)));
const project = new Project(work, stop.signal);
const startup = await measureStartup();
const results: Result[] = [];
for (const one of cases.filter(({ name }) => name.includes(only))) {
  const standIn = await startStandIn(fake, names(one.count));
  results.push(await measure(one, project, standIn).finally(() => standIn.close()));
}
printStartup(startup);
print(results);
const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? "",
  node: process.version,
  pulumi: (await project.pulumi("version")).trim(),
};
if (!only)
  writeFileSync("bench/results.json", `${JSON.stringify({ machine, latencyMs, startup, results }, undefined, 2)}\n`);
