import type { Command } from "commander";
import type { Applied } from "../../topology/history/applied.js";
import { countOf, readApplied } from "../history/applied.js";
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
  const { applied, older } = await readApplied(stack, countOf(last));
  const listed = applied.filter(({ changed }) => all || changed).toReversed();
  if (json) print(JSON.stringify(listed.map(shownAsJson), null, 2));
  else if (listed.length > 0) print(table([["N", "WHEN", "WHAT", "RESULT", "COMMIT", "TOPOLOGY"], ...listed.map(row)]));
  if (listed.length === 0) say("no update changed the topology");
  if (older > 0) say(`${older} older updates: --last ${older + applied.length}`);
}

const shownAsJson = ({ config: _config, origin: _origin, ...update }: Applied) => update;

const row = ({ number, at, kind, result, commit, headline }: Applied): string[] => [
  String(number),
  at,
  kind,
  result,
  commit ?? "-",
  headline,
];
