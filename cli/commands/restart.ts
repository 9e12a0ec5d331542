import type { Command } from "commander";
import type { Settings } from "../../provider/config.js";
import type { Instances } from "../../provider/instances.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { interruptions } from "../interruptions.js";
import { pendingOf, tellPending } from "../pending.js";
import { catchUp, restart } from "../restarting.js";
import { confirm, say, withProgress } from "../terminal.js";

export function addRestart(program: Command): void {
  addWhereabouts(
    program
      .command("restart")
      .description(
        "Restart instances, one after the other, so that they do what they store; waits until they are healthy",
      )
      .argument("[name...]", "instances")
      .option(
        "--rolling",
        "those on which something is pending (default: of all), and each only once the one before has caught up",
      )
      .option("--yes", "do not ask"),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  $ pulumi-harper restart us-1\n  $ pulumi-harper restart --rolling    # again after a failure: it goes on with what is left",
    )
    .action(restartAll);
}

interface Flags extends Whereabouts {
  rolling?: boolean;
  yes?: boolean;
}

async function restartAll(given: string[], { rolling = false, yes, ...where }: Flags) {
  if (given.length === 0 && !rolling) throw new Misuse("name the instances to restart, or say --rolling");
  const settings = await readInstances(where);
  const names = rolling ? await waiting(settings, given) : given;
  if (names.length === 0) return say("nothing is pending: no instance needs a restart");
  await withInstances(settings, async (instances) => {
    for (const name of names) await tellInterruptions(instances, name);
  });
  await confirm(`Restart ${names.join(", then ")}?`, yes);
  for (const [index, name] of names.entries()) {
    await withInstances(settings, (before) =>
      withInstances(settings, async (after) => {
        await withProgress(`waiting for ${name} to be another process, connected as before`, () =>
          restart(named(before, name), () => named(after, name)),
        );
        if (rolling) await withProgress(`waiting for ${name} to catch up`, () => catchUp(named(after, name), after));
      }),
    );
    const place = rolling ? ` (${index + 1} of ${names.length})` : "";
    say(`${name} is restarted${place}, and connected as before`);
  }
  await withInstances(settings, async (instances) => tellPending(await pendingOf(instances, instances.names)));
}

/** Those on which something waits for a restart. What was restarted before has nothing pending any more. */
async function waiting(settings: Settings, given: string[]): Promise<string[]> {
  return withInstances(settings, async (instances) => {
    const names: string[] = [];
    for (const name of given.length > 0 ? given : instances.names) {
      const { pending, silent } = await pendingOf(instances, [name]);
      for (const line of [...pending, ...silent]) say(line);
      if (pending.length > 0) names.push(name);
    }
    return names;
  });
}

async function tellInterruptions(instances: Instances, name: string) {
  const lines = await interruptions(named(instances, name));
  if (lines.length === 0) return say(`Restarting ${name} interrupts no edges.`);
  say([`Restarting ${name} interrupts for some seconds:`, ...lines].join("\n  "));
}
