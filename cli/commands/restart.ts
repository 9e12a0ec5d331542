import { type Command, InvalidArgumentError } from "commander";
import type { Settings } from "../../provider/config.js";
import type { Instances } from "../../provider/instances.js";
import { HarperError } from "../../provider/operations-api/index.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Failure, Misuse } from "../failure.js";
import { interruptions } from "../interruptions.js";
import { Limit } from "../limit.js";
import { pendingOf, tellPending } from "../pending.js";
import { catchUp, restart } from "../restarting.js";
import { inNeed } from "../rolling.js";
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
        "those on which something is pending (default: of all), and each only once all others have caught up",
      )
      .option(
        "--timeout <seconds>",
        "how long each may take until it is back, connected and has caught up",
        seconds,
        300,
      )
      .option("-y, --yes", "do not ask"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper restart us-1
  $ pulumi-harper restart --rolling    # again after a failure: it goes on with what is left
  $ pulumi-harper restart --rolling --yes --timeout 1800    # where much is to be caught up`,
    )
    .action(restartAll);
}

interface Flags extends Whereabouts {
  rolling?: boolean;
  timeout: number;
  yes?: boolean;
}

async function restartAll(given: string[], { rolling = false, timeout, yes, ...where }: Flags) {
  if (given.length === 0 && !rolling) throw new Misuse("name the instances to restart, or say --rolling");
  const settings = await readInstances(where);
  const names = rolling ? await inNeed(settings, given, timeout) : [...new Set(given)];
  if (names.length === 0) return say("nothing is pending: no instance needs a restart");
  await withInstances(settings, async (instances) => {
    for (const name of names) await tellInterruptions(instances, name);
  });
  await confirm(`Restart ${names.join(", then ")}?`, yes);
  for (const [index, name] of names.entries()) {
    const place = names.length > 1 || rolling ? ` (${index + 1} of ${names.length})` : "";
    say(`restarting ${name}${place}`);
    await restartOne(settings, name, { rolling, timeout }).catch((error) => {
      throw stopped(error, names, index, rolling);
    });
    say(`${name} is restarted${place}, and connected as before`);
  }
  await withInstances(settings, async (instances) => tellPending(await pendingOf(instances, instances.names)));
}

async function restartOne(
  settings: Settings,
  name: string,
  { rolling, timeout }: { rolling: boolean; timeout: number },
) {
  const limit = new Limit(timeout);
  await withInstances(settings, (before) =>
    withInstances(settings, async (after) => {
      await withProgress(`waiting for ${name} to be another process, connected as before`, () =>
        restart(named(before, name), () => named(after, name), limit),
      );
      if (rolling)
        await withProgress(`waiting for ${name} to catch up`, () => catchUp(named(after, name), after, limit));
    }),
  );
}

/** What is true where it stopped, and how to go on. */
function stopped(error: unknown, names: string[], index: number, rolling: boolean): unknown {
  const [done, left] = [names.slice(0, index), names.slice(index + 1)];
  if (names.length === 1 || !(error instanceof Failure || error instanceof HarperError)) return error;
  const list = (some: string[]) => some.join(", ") || "none";
  const next = rolling ? "the same command goes on with what is left" : `pulumi-harper restart ${left.join(" ")}`;
  return new Failure(
    [
      error.message,
      `Restarted: ${list(done)}. Not restarted: ${list(left)}.`,
      ...(left.length > 0 ? [`See to ${names[index]} first; then ${next}.`] : []),
    ].join("\n"),
    { cause: error },
  );
}

async function tellInterruptions(instances: Instances, name: string) {
  const lines = await interruptions(named(instances, name));
  if (lines.length === 0) return say(`Restarting ${name} interrupts no edges.`);
  say([`Restarting ${name} interrupts for some seconds:`, ...lines].join("\n  "));
}

function seconds(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError("seconds are wanted");
  return number;
}
