import type { Command } from "commander";
import { addWhereabouts, asking, readInstances, type Whereabouts } from "../connections.js";
import { Failure, Found } from "../failure.js";
import { pendingOf } from "../pending.js";
import { print, say } from "../terminal.js";

export function addPending(program: Command): void {
  addWhereabouts(
    program
      .command("pending")
      .description(
        "Say which edges are stored but do not flow; exits with 0 if there are none, with 3 if there are some",
      )
      .argument("[name...]", "instances (default: all)"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper pending
  $ pulumi-harper pending us-1 eu-1 --stack prod
  $ pulumi-harper pending || pulumi-harper restart --rolling`,
    )
    .action(pending);
}

async function pending(names: string[], where: Whereabouts) {
  const report = await asking(await readInstances(where), (instances) =>
    pendingOf(instances, names.length > 0 ? names : instances.names),
  );
  for (const line of report.pending) print(line);
  if (report.silent.length > 0) throw new Failure(report.silent.join("\n"));
  if (report.pending.length > 0) throw new Found("not every edge flows as it is stored");
  say("nothing is pending");
}
