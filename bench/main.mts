// This project beside others, at the same work, with the real tools and the packed package, against a stand-in that answers
// in 20 ms; and how fast the plugin starts. Prints the report and writes bench/results.json after each case.
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { type Case, cases } from "./cases.mts";
import type { Contender } from "./contenders/contender.mts";
import { allContenders } from "./contenders/index.mts";
import { type Life, measure } from "./measure.mts";
import { canSample } from "./processes/sample.mts";
import { Project } from "./project.mts";
import { report } from "./report/index.mts";
import { medianOf, merged, type Result, type Results, readResults, writeResults } from "./results.mts";
import { compileFake } from "./stand-in/compile.mts";
import { latencyMs } from "./stand-in/index.mts";
import { measureStartup } from "./startup.mts";

const only = new RegExp(process.env.BENCH ?? "");
const repeat = Number(process.env.BENCH_REPEAT || 1);
const begun = performance.now();
const say = (text: string) => {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.error(`[${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}] ${text}`);
};

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop.abort(new Error(`${signal}: stopped; bench/results.json has what was measured`)));

const work = resolve(".cache/bench");
const compiledFake = compileFake(work);
say("packing and installing pulumi-harper as a user would");
const project = new Project(work, stop.signal);
const contenders = allContenders(project, work);
const runs = cases.flatMap((one) =>
  contenders
    .filter(({ name }) => (one.contenders ?? [name]).includes(name) && only.test(`${one.name}, ${name}`))
    .map((contender) => ({ one, contender })),
);
if (runs.length === 0) throw new Error(`no case matches BENCH=${process.env.BENCH}`);
for (const { name, missing } of contenders) if (missing) say(`${name} is left out: ${missing}`);
if (!canSample) say("there is no /proc here: memory and processor time are not measured");

const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
const commit = `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results.json") ? " with changes" : ""}`;
const versions = { node: process.version, pulumi: (await project.pulumi("version")).trim() };
const former = readResults();
// It is a quarter of a minute, and of no case.
const startup = former && process.env.BENCH ? former.startup : await measureStartup();
const results: Results = {
  machine: { cores: availableParallelism(), processor: cpus()[0]?.model ?? "", system: process.platform },
  latencyMs,
  startup,
  contenders: Object.fromEntries(
    contenders.map(({ name, about, missing }) => [name, { about, ...(missing && { missing }) }]),
  ),
  results: former?.results ?? [],
};

const failed = (error: Error) => {
  say(error.message);
  process.exitCode = 1;
};

/** Programs are compiled when they run first, which is kept. */
async function warmUp(contender: Contender): Promise<void> {
  const small = { name: "warming up", edges: 1, instances: 1 };
  await measure(small, contender, { compiledFake, stop: stop.signal, next: () => {}, failed });
}

async function lives(one: Case, contender: Contender, which: string): Promise<Result> {
  const of = { case: one, contender: contender.name, commit, versions: { ...versions, ...contender.versions } };
  const life = async (): Promise<Result> => {
    const measured: Life = await measure(one, contender, {
      compiledFake,
      stop: stop.signal,
      next: (what) => say(`${which}: ${what}`),
      failed,
    });
    return { ...of, ...measured, measuredAt: new Date().toISOString() };
  };
  const all: [Result, ...Result[]] = [await life()];
  while (all.length < repeat) all.push(await life());
  return medianOf(all);
}

const warm = new Set<string>();
const able = runs.filter(({ contender }) => !contender.missing);
try {
  for (const [index, { one, contender }] of able.entries()) {
    if (!warm.has(contender.name)) {
      say(`${contender.name}: warming up`);
      await warmUp(contender);
      warm.add(contender.name);
    }
    const result = await lives(one, contender, `${index + 1} of ${able.length}`);
    results.results = merged(results.results, result);
    writeResults(results);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
  say(stop.signal.reason.message);
  process.exit(130);
}
const measured = new Set(runs.map(({ one }) => one.name));
console.log(report({ ...results, results: results.results.filter((result) => measured.has(result.case.name)) }));
