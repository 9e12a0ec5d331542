import type { Command } from "commander";
import type { Instances } from "../../provider/instances.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { interruptions } from "../interruptions.js";
import { pendingOf, tellPending } from "../pending.js";
import { restart } from "../restarting.js";
import { confirm, say, withProgress } from "../terminal.js";

export function addRestart(program: Command): void {
  addWhereabouts(
    program
      .command("restart")
      .description(
        "Restart instances, one after the other, so that they do what they store; waits until they are healthy",
      )
      .argument("<name...>", "instances")
      .option("--yes", "do not ask"),
  ).action(restartAll);
}

async function restartAll(names: string[], { yes, ...where }: Whereabouts & { yes?: boolean }) {
  const settings = await readInstances(where);
  await withInstances(settings, async (instances) => {
    for (const name of names) await tellInterruptions(instances, name);
  });
  await confirm(`Restart ${names.join(", then ")}?`, yes);
  for (const name of names) {
    await withInstances(settings, (before) =>
      withInstances(settings, (after) =>
        withProgress(`waiting for ${name} to be another process, connected as before`, () =>
          restart(named(before, name), () => named(after, name)),
        ),
      ),
    );
    say(`${name} is restarted, and connected as before`);
  }
  await withInstances(settings, async (instances) => tellPending(await pendingOf(instances, instances.names)));
}

async function tellInterruptions(instances: Instances, name: string) {
  const lines = await interruptions(named(instances, name));
  if (lines.length === 0) return say(`Restarting ${name} interrupts no edges.`);
  say([`Restarting ${name} interrupts for some seconds:`, ...lines].join("\n  "));
}
