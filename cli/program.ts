import { Command, CommanderError } from "commander";
import { addCluster } from "./commands/cluster.js";
import { Failure, Misuse } from "./failure.js";

/** The whole list: each adds one command, and is a file of its own in commands/. */
const commands = [addCluster];

/** Runs one command line; answers its exit code: 0 done, 1 failed, 2 called wrongly. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("pulumi-harper")
    .description("Work with Harper clusters beside their Pulumi program")
    .exitOverride();
  for (const add of commands) add(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its own messages by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`pulumi-harper: ${error instanceof Failure ? error.message : describe(error)}\n`);
    return error instanceof Misuse ? 2 : 1;
  }
}

const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
