import type { Command } from "commander";
import { type Drift, driftOf, readRefresh } from "../../topology/drift/index.js";
import { readLive } from "../../topology/live/read.js";
import { addWhereabouts, asking, readInstances, type Whereabouts } from "../connections.js";
import { Drifted, Failure, Found } from "../failure.js";
import { pendingOf } from "../pending.js";
import { pulumi, readPrinted } from "../pulumi.js";
import { print, say } from "../terminal.js";

export function addDrift(program: Command): void {
  addWhereabouts(
    program
      .command("drift")
      .description(
        "Say how the live cluster is otherwise than the stack has it; exits with 0 if it is not, with 2 if it is, with 3 if there is only what no resource declares, with 1 if that could not be told",
      )
      .option("-j, --json", "print it as JSON"),
  )
    .addHelpText("after", "\nExamples:\n  $ pulumi-harper drift\n  $ pulumi-harper drift --stack prod --json")
    .action(drift);
}

const refresh = "pulumi refresh --preview-only";

async function drift({ json, ...where }: Whereabouts & { json?: boolean }) {
  const text = await pulumi(refresh, ["refresh", "--preview-only", "--json"], where);
  const refreshed = readPrinted(readRefresh, text, refresh, `${refresh} --json`);
  const found = await asking(await readInstances(where), async (instances) => {
    const live = await readLive(instances);
    const asked = live.instances.map(({ name }) => name);
    return driftOf(refreshed, live, (await pendingOf(instances, asked)).pending);
  });
  if (json) print(JSON.stringify(found, null, 2));
  else for (const line of linesOf(found)) print(line);
  if (found.drift.length > 0) throw new Drifted("the cluster is not as the stack has it");
  if (found.silent.length > 0) throw new Failure("not every instance could be asked");
  if (found.unmanaged.length > 0) throw new Found("there is what no resource of the stack declares");
  say("the cluster is as the stack has it");
}

const words: Record<keyof Drift, string> = {
  drift: "drift",
  unmanaged: "unmanaged",
  echo: "echo",
  health: "health",
  versions: "version",
  pending: "pending",
  silent: "not asked",
};

const linesOf = (found: Drift) =>
  (Object.keys(words) as (keyof Drift)[]).flatMap((kind) => found[kind].map((line) => `${words[kind]}: ${line}`));
