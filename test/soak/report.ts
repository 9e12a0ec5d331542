import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { table } from "../../cli/table";
import { folder } from "./place";
import { plotted } from "./plot";
import type { Counted } from "./plugin";
import type { Soak } from "./soak";
import { type Growth, growthOf, leastMinutes } from "./verdict";
import type { Watch } from "./watch";

interface Soaked {
  watch: Watch;
  soaked: Soak;
  minutes: number;
  seed: number;
  counted: Counted;
  isStopped: boolean;
  commit: string;
}

export type Report = ReturnType<typeof written>;

/** The figures of a soak, as data and as a picture; those of a whole one are kept in the project. */
export function written({ watch, soaked, minutes, seed, counted, isStopped, commit }: Soaked) {
  const { samples, instances, seconds } = watch;
  const byMinute = samples.filter(({ heap }) => heap !== undefined).map(rounded);
  const report = {
    date: new Date().toISOString(),
    commit,
    seed,
    minutes: round(seconds / 60),
    node: process.version,
    edits: { total: soaked.count, byKind: soaked.edits.toJSON() },
    commands: soaked.commands.toJSON(),
    provider: counted,
    rows: { ...soaked.rows.toJSON(), slowestMs: soaked.slowestRowMs },
    growth: growthOf(samples).map(rounded) as Growth[],
    findings: soaked.findings.map(({ edit, what }) => ({ edit, what })),
    byMinute,
    instances: instances.map(rounded),
  };
  const isWhole = minutes >= leastMinutes && !isStopped;
  const into = isWhole ? resolve("docs", "performance") : folder;
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, "soak.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(into, "soak.svg"), plotted(samples));
  return { ...report, isWhole, isStopped, into, files: soaked.findings };
}

/** Prints the figures and what they come to; answers whether all is well. */
export function judged({
  growth,
  findings,
  files,
  edits,
  rows,
  provider,
  minutes,
  isWhole,
  isStopped,
  into,
}: Report): boolean {
  const lines = growth.map(({ figure, unit, early, late, most, perEdit, perHour, grows }) => [
    figure,
    `${early} ${unit}`,
    `${late} ${unit}`,
    `${round(most)} ${unit}`,
    `${round(perEdit * 100)}`,
    `${round(perHour)}`,
    isWhole ? (grows ? "GROWS" : "no growth") : "too short to tell",
  ]);
  const heading = ["AT REST", "2ND QUARTER", "LAST QUARTER", "AT MOST", "PER 100 EDITS", "PER HOUR", ""];
  const isGrowing = isWhole && growth.some(({ grows }) => grows);
  console.log(`\n${table([heading, ...lines])}\n`);
  console.log(`${edits.total} edits in ${minutes} minutes: ${JSON.stringify(edits.byKind)}`);
  console.log(`the provider was asked ${provider.rpcs} times, and asked instances ${provider.calls} times`);
  console.log(`rows: ${JSON.stringify(rows)}`);
  for (const { edit, what, file } of files) console.log(`FOUND at edit ${edit}: ${what} (${file})`);
  console.log(`figures: ${into}/soak.json, ${into}/soak.svg`);
  const isWell = findings.length === 0 && !isGrowing;
  const notJudged = isStopped ? "stopped before its time" : `growth is judged from ${leastMinutes} minutes on`;
  if (!isWell) console.log("NOT WELL");
  else console.log(isWhole ? "nothing grows, and nothing was lost" : `nothing was lost; ${notJudged}`);
  return isWell && !isStopped;
}

const round = (value: number): number => Math.round(value * 100) / 100;

const rounded = <T extends object>(entry: T): T =>
  Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(value.toPrecision(4)) : value,
    ]),
  ) as T;
