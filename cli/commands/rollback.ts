import { type Command, Option } from "commander";
import type { Update } from "../../topology/history/applied.js";
import { readConfiguration } from "../../topology/history/listed.js";
import { type Plan, planBetween } from "../../topology/program/plan.js";
import { type Deployment, resourcesOf } from "../../topology/program/state.js";
import { lastingOf } from "../../topology/rollback/lasting.js";
import { restore } from "../../topology/rollback/restored.js";
import { configurationChange, sourceChange } from "../../topology/rollback/source.js";
import { Failure, Misuse } from "../failure.js";
import { deploymentIn, readHistory } from "../history/index.js";
import { pulumi } from "../pulumi.js";
import { formats, reviewedNow } from "../reviewing.js";
import { type Former, formerProgram } from "../rollback/former.js";
import { liveOf } from "../rollback/live.js";
import { confirm, print, say } from "../terminal.js";

export function addRollback(program: Command): void {
  program
    .command("rollback")
    .description(
      "Put back the topology of an earlier update: shows what that does to the live cluster and what it cannot undo, applies it by Pulumi, and says what is to change in the program",
    )
    .requiredOption("--to <n>", "the update, as `pulumi-harper history` numbers it")
    .option("-s, --stack <name>", "of the Pulumi project in this folder (default: the one that is selected)")
    .addOption(
      new Option("--format <format>", "of what is shown").choices(["markdown", "html", "json"]).default("markdown"),
    )
    .option("--dry-run", "only show it")
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      `
docs/rolling-back.md says how it works, and what stays.

Examples:
  $ pulumi-harper history
  $ pulumi-harper rollback --to 3 --dry-run
  $ pulumi-harper rollback --to 3`,
    )
    .action(rollback);
}

interface Flags {
  to: string;
  stack?: string;
  format: string;
  dryRun?: boolean;
  yes?: boolean;
}

async function rollback({ to, stack, format, dryRun, yes }: Flags) {
  const { update, before, today } = await statesOf(to, stack);
  const { live, known } = await liveOf(stack);
  const restored = restore(before, today, known);
  if (restored.problems.length > 0)
    throw new Failure(`update ${to} cannot be put back, and nothing was done:\n  ${restored.problems.join("\n  ")}`);
  const program = await programChange(update, before, today, stack);

  const former = await formerProgram(restored, stack);
  try {
    const plan = await former.plan();
    const review = reviewedNow(plan, live);
    print((formats[format]?.({ ...review, lasting: lastingOf(plan, review, live), program }) ?? "").trimEnd());
    const isThere = left(plan).length === 0;
    if (!isThere && dryRun) return say("nothing was done");
    if (!isThere) await apply(former, to, review.hash, yes);
    say(`the cluster is as after update ${to}`);
    tell(program);
  } finally {
    former.close();
  }
}

async function statesOf(to: string, stack: string | undefined) {
  const { updates, after } = await readHistory(stack);
  const update = updates.find(({ number }) => String(number) === to);
  if (!update) throw new Misuse(`--to ${to}: there is no such update; pulumi-harper history lists them`);
  if (update.result !== "succeeded")
    throw new Misuse(`--to ${to}: that update is "${update.result}", so its state is of no program; take another one`);
  const exported = await pulumi("pulumi stack export", ["stack", "export", "--show-secrets"], { stack });
  return { update, before: await after(update, "shown"), today: deploymentIn(exported) };
}

async function programChange(update: Update, before: Deployment, today: Deployment, stack: string | undefined) {
  const config = await pulumi("pulumi config", ["config", "--json"], { stack });
  const names = {
    before: "the program that was applied last",
    after: `the program of update ${update.number}${update.commit ? `, commit ${update.commit}` : ""}`,
  };
  return {
    source: sourceChange(planBetween(resourcesOf(today), resourcesOf(before)), names),
    configuration: configurationChange(readConfiguration(config), update.config),
  };
}

async function apply(former: Former, to: string, hash: string | undefined, yes: boolean | undefined) {
  await confirm(`Put back the topology of update ${to}?`, yes);
  await former.up(hash);
  const others = left(await former.plan());
  if (others.length > 0)
    throw new Failure(`pulumi up succeeded, and these are not as after update ${to}: ${others.join(", ")}`);
}

const left = ({ changes }: Plan): string[] =>
  changes.filter(({ op }) => op !== "same").flatMap(({ op, before, after }) => `${op} ${(after ?? before)?.name}`);

function tell({ source, configuration }: { source: string[]; configuration: string[] }) {
  if (source.length + configuration.length === 0) return say("the program that was applied last says so already");
  say("Change the program so that it says so, too; `pulumi preview` of it is empty then:");
  for (const line of [...source, ...configuration]) say(`  ${line}`);
}
