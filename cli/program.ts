import { Command, CommanderError } from "commander";
import { clusterCommand } from "./commands/cluster.js";
import { Failure, Misuse } from "./failure.js";

/** The whole list: one function that makes one command, each in a file of its own in commands/. */
const commands = [clusterCommand];

/** Runs one command line; answers its exit code: 0 done, 1 failed, 2 called wrongly. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("pulumi-harper")
    .description("Work with Harper clusters beside their Pulumi program")
    .exitOverride();
  for (const make of commands) program.addCommand(make().copyInheritedSettings(program));
  for (const command of program.commands) {
    for (const sub of command.commands) sub.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`pulumi-harper: ${error instanceof Failure ? error.message : describe(error)}\n`);
    return error instanceof Misuse ? 2 : 1;
  }
}

const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
