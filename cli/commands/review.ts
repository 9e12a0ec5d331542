import { readFileSync, writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { readLive } from "../../topology/live/read.js";
import { type Live, liveSchema } from "../../topology/live/snapshot.js";
import { declaredBy } from "../../topology/program/declared.js";
import type { ProgramResource } from "../../topology/program/resource.js";
import { htmlOf } from "../../topology/review/html.js";
import { markdownOf } from "../../topology/review/markdown.js";
import { type Review, reviewOf } from "../../topology/review/review.js";
import { type CheckSettings, runRules } from "../../topology/rules/index.js";
import { addWhereabouts, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { planFrom } from "../plan.js";
import { readProject } from "../project.js";
import { print, say } from "../terminal.js";

export function addReview(program: Command): void {
  addWhereabouts(
    program
      .command("review")
      .description("Write what a preview does to the cluster, for a pull request: in words, edge by edge, as pictures")
      .option(
        "--preview <file>",
        "what `pulumi preview --json --show-sames` printed, - for standard input (default: run it)",
      )
      .addOption(
        new Option(
          "--snapshot <file>",
          "what `pulumi-harper topology --snapshot` printed, in place of asking instances",
        ).conflicts("offline"),
      )
      .option("--offline", "ask no instance")
      .addOption(
        new Option("--format <format>", "of what is written").choices(["markdown", "html", "json"]).default("markdown"),
      )
      .option("--out <file>", "write it there (default: print it)"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper review
  $ pulumi-harper review --format html --out review.html
  $ pulumi-harper topology --snapshot > live.json     # where there are credentials
  $ pulumi preview --json --show-sames | pulumi-harper review --preview - --snapshot live.json`,
    )
    .action(review);
}

const formats: Record<string, (review: Review) => string> = {
  markdown: markdownOf,
  html: htmlOf,
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
};

interface Flags extends Whereabouts {
  preview?: string;
  snapshot?: string;
  offline?: boolean;
  format: string;
  out?: string;
}

async function review({ preview, snapshot, offline, format, out, ...where }: Flags) {
  const { checks } = readProject();
  const live = offline ? undefined : snapshot === undefined ? await liveNow(where) : snapshotIn(snapshot);
  const plan = await planFrom({ ...(preview && { preview }), ...(where.stack && { stack: where.stack }) });
  const found = (resources: ProgramResource[]) => findingsIn(resources, live, checks);
  const text =
    formats[format]?.(reviewOf({ plan, live, findings: { before: found(plan.before), after: found(plan.after) } })) ??
    "";
  if (out === undefined) return print(text.trimEnd());
  writeFileSync(out, text);
  say(`wrote ${out}`);
}

async function liveNow(where: Whereabouts): Promise<Live> {
  const live = await withInstances(await readInstances(where), (instances) => readLive(instances));
  for (const { name, problem } of live.silent) say(`not asked: ${name}: ${problem}`);
  return live;
}

function snapshotIn(file: string): Live {
  try {
    return liveSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Misuse(`--snapshot ${file}: is not what pulumi-harper topology --snapshot prints`);
  }
}

function findingsIn(resources: ProgramResource[], live: Live | undefined, checks: CheckSettings | undefined) {
  const names = Object.fromEntries((live?.instances ?? []).map(({ name, reports }) => [name, reports]));
  const tables = (live?.instances ?? []).map(({ name, tables: known }) => [name, new Set(Object.keys(known))] as const);
  const checked = { declared: declaredBy(resources, names), tables: Object.fromEntries(tables) };
  return runRules(checked, checks).findings;
}
