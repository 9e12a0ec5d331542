import { readFileSync, writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Live, liveSchema } from "../../topology/live/snapshot.js";
import { addWhereabouts, type Whereabouts } from "../connections.js";
import { Misuse } from "../failure.js";
import { planFrom } from "../plan.js";
import { formats, liveNow, reviewedNow } from "../reviewing.js";
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

interface Flags extends Whereabouts {
  preview?: string;
  snapshot?: string;
  offline?: boolean;
  format: string;
  out?: string;
}

async function review({ preview, snapshot, offline, format, out, ...where }: Flags) {
  const live = offline ? undefined : snapshot === undefined ? await liveNow(where) : snapshotIn(snapshot);
  const plan = await planFrom({ ...(preview && { preview }), ...(where.stack && { stack: where.stack }) });
  const text = formats[format]?.(reviewedNow(plan, live)) ?? "";
  if (out === undefined) return print(text.trimEnd());
  writeFileSync(out, text);
  say(`wrote ${out}`);
}

function snapshotIn(file: string): Live {
  try {
    return liveSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Misuse(`--snapshot ${file}: is not what pulumi-harper topology --snapshot prints`);
  }
}
