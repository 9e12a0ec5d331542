import type { Command } from "commander";
import { type Applied, appliedOf } from "../../topology/history/applied.js";
import { Misuse } from "../failure.js";
import { readHistory } from "../history/index.js";
import { table } from "../table.js";
import { print, say } from "../terminal.js";

export function addHistory(program: Command): void {
  program
    .command("history")
    .description("List the topologies that were applied, the newest first, and what each changed")
    .option("-s, --stack <name>", "of the Pulumi project in this folder (default: the one that is selected)")
    .option("--all", "list updates that changed nothing in the topology, too")
    .option("--last <count>", "look at so many updates", "50")
    .option("-j, --json", "print them as JSON")
    .addHelpText(
      "after",
      `
\`pulumi-harper rollback --to N\` goes back to one of them.

Examples:
  $ pulumi-harper history
  $ pulumi-harper history --stack prod --last 200 --json`,
    )
    .action(history);
}

interface Flags {
  stack?: string;
  all?: boolean;
  last: string;
  json?: boolean;
}

async function history({ stack, all, last, json }: Flags) {
  const count = Number(last);
  if (!Number.isInteger(count) || count < 1) throw new Misuse(`--last ${last}: is no number of updates`);
  const { updates, after } = await readHistory(stack);
  const looked = updates.slice(-count);
  const earlier = updates.at(-count - 1);
  const states: Parameters<typeof appliedOf>[0][number][] = [];
  for (const update of looked) states.push({ update, after: await after(update) });
  const applied = appliedOf(states, earlier && (await after(earlier)));
  const listed = applied.filter(({ changed }) => all || changed).toReversed();
  if (json) print(JSON.stringify(listed.map(withoutConfig), null, 2));
  else if (listed.length > 0) print(table([["N", "WHEN", "WHAT", "RESULT", "COMMIT", "TOPOLOGY"], ...listed.map(row)]));
  if (listed.length === 0) say("no update changed the topology");
  if (earlier) say(`${updates.length - looked.length} older updates: --last ${updates.length}`);
}

const withoutConfig = ({ config: _, ...update }: Applied) => update;

const row = ({ number, at, kind, result, commit, headline }: Applied): string[] => [
  String(number),
  at,
  kind,
  result,
  commit ?? "-",
  headline,
];
