import type { Results } from "../results.mts";
import { figures } from "./figures.mts";
import { ratioTables } from "./ratios.mts";
import { targetList } from "./targets.mts";

/** All that was measured, in Markdown: ratios first, as they hold on other machines, too. */
export function report(
  { machine, latencyMs, startup, contenders, results }: Results,
  pictures: readonly string[] = [],
): string {
  const versions = new Set(results.flatMap((one) => Object.entries(one.versions).map(([name, is]) => `${name} ${is}`)));
  const took = new Set(results.map(({ contender }) => contender));
  const who = Object.entries(contenders).map(
    ([name, { about, missing }]) =>
      `- **${name}**: ${about}.${missing && !took.has(name) ? ` Left out: ${missing}.` : ""}`,
  );
  const dates = results.map((one) => one.measuredAt.slice(0, 10)).sort();
  const commits = [...new Set(results.map((one) => one.commit))];
  const { "empty grpc-js server": empty, ...others } = startup;
  const starts = Object.entries(others).map(
    ([name, ms]) => `- ${name}: ${(ms / empty).toFixed(2)} times as long as an empty grpc-js server, ${ms} ms.`,
  );
  return [
    `Measured by \`make bench\` on ${machine.cores} cores (${machine.processor}, ${machine.system}), ${[...new Set([dates[0], dates.at(-1)])].join(" to ")}, at ${commits.join(", ")}, with ${[...versions].sort().join(", ")}. A stand-in of Harper in a process of its own answers each call in ${latencyMs} ms.`,
    who.join("\n"),
    "## Ratios of time",
    "How many times as long; below one, this project is faster.",
    ratioTables(results),
    "## Targets",
    targetList(results),
    ...(pictures.length > 0 ? ["## Pictures", ...pictures] : []),
    "## Figures",
    "Seconds, API calls, and in brackets most calls at once. Memory is the most of any step; all steps are in bench/results.json.",
    figures(results),
    "## Until the plugin has said its port",
    starts.join("\n"),
  ].join("\n\n");
}

const measured = /(<!-- measured:.*-->\n)[\s\S]*?(<!-- \/measured -->)/;

/** The page of the docs with what was measured in its place. */
export function performancePage(page: string, results: Results, pictures: readonly string[]): string {
  const shown = pictures.map((name) => `![${name.replace(".svg", "").replaceAll("-", ", ")}](performance/${name})`);
  return page.replace(
    measured,
    (_all, open: string, close: string) => `${open}\n${report(results, shown)}\n\n${close}`,
  );
}
