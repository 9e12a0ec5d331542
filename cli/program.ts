import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { HarperError } from "../provider/operations-api/index.js";
import { addAudit } from "./commands/audit.js";
import { addCheck } from "./commands/check.js";
import { addClaims } from "./commands/claims.js";
import { addCluster } from "./commands/cluster.js";
import { addCompletion } from "./commands/completion.js";
import { addDrift } from "./commands/drift.js";
import { addHistory } from "./commands/history.js";
import { addImport } from "./commands/import.js";
import { addLease } from "./commands/lease.js";
import { addOp } from "./commands/op.js";
import { addPending } from "./commands/pending.js";
import { addReconnect } from "./commands/reconnect.js";
import { addRestart } from "./commands/restart.js";
import { addReview } from "./commands/review.js";
import { addRollback } from "./commands/rollback.js";
import { addTopology } from "./commands/topology.js";
import { Failure, Misuse } from "./failure.js";

/** The whole list: each adds one command, and is a file of its own in commands/. */
const commands = [
  addReview,
  addCheck,
  addDrift,
  addTopology,
  addHistory,
  addAudit,
  addRollback,
  addImport,
  addPending,
  addReconnect,
  addRestart,
  addOp,
  addLease,
  addClaims,
  addCluster,
  addCompletion,
];

/** The command line as it is read: every command with its options. */
export function program(): Command {
  const whole = new Command("pulumi-harper")
    .description("Work with Harper clusters beside their Pulumi program")
    .version(version())
    .option("-C, --cwd <folder>", "work as if it was started there")
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper cluster up                   # a cluster on this machine to try it on
  $ pulumi-harper import --from https://us-1.example.com:9925 --username admin --try-peers --dir cluster
  $ pulumi-harper review                       # what a preview does to the cluster
  $ pulumi-harper -C infrastructure drift`,
    )
    .configureHelp({ showGlobalOptions: true })
    .hook("preAction", (called) => goTo(called.opts<{ cwd?: string }>().cwd))
    .exitOverride();
  for (const add of commands) add(whole);
  return whole;
}

/** Runs one command line; answers its exit code: 0 done, 1 failed, 2 called wrongly, 3 done and found something. */
export async function run(args: readonly string[]): Promise<number> {
  const whole = program();
  try {
    await whole.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // There 2 is drift, as others have it, and whoever waits for that is not to take a wrong call for it.
    const wrongly = whole.args[0] === "drift" ? new Failure().exitCode : new Misuse().exitCode;
    // Commander has printed its own messages by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongly;
    process.stderr.write(`pulumi-harper: ${describe(error)}\n`);
    if (error instanceof Misuse) return wrongly;
    return error instanceof Failure ? error.exitCode : 1;
  }
}

function goTo(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    process.chdir(folder);
  } catch {
    throw new Misuse(`--cwd ${folder}: there is no such folder`);
  }
}

function version(): string {
  const require = createRequire(__filename);
  return (require("pulumi-harper/package.json") as { version: string }).version;
}

function describe(error: unknown): string {
  if (error instanceof Failure || error instanceof HarperError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
