import { type Command, Option } from "commander";
import { liveTopology } from "../../topology/live/graph.js";
import { topologyHash } from "../../topology/live/hash.js";
import { readLive } from "../../topology/live/read.js";
import type { Live } from "../../topology/live/snapshot.js";
import { receivingSockets } from "../../topology/live/sockets.js";
import { rowsOf } from "../../topology/show/lines.js";
import { mermaid } from "../../topology/show/mermaid.js";
import { addWhereabouts, asking, readInstances, type Whereabouts } from "../connections.js";
import { Failure, Misuse } from "../failure.js";
import { table } from "../table.js";
import { print, say } from "../terminal.js";
import { watch } from "../watching.js";

export function addTopology(program: Command): void {
  addWhereabouts(
    program
      .command("topology")
      .description("Show the live cluster: who exchanges what with whom, as both ends store it")
      .option("--mermaid", "print a Mermaid flowchart")
      .option("-j, --json", "print the graph as JSON")
      .addOption(
        new Option(
          "--watch [seconds]",
          "show every socket again and again: whether it is open, its lag and back-pressure",
        )
          .preset(2)
          .argParser(Number)
          .conflicts(["mermaid", "json", "snapshot"]),
      )
      .addOption(new Option("--for <seconds>", "end --watch after so long").argParser(Number))
      .option("--snapshot", "print all that instances say, for `review --snapshot`; it has no secrets"),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  $ pulumi-harper topology\n  $ pulumi-harper topology --mermaid > topology.mmd\n  $ pulumi-harper topology --watch",
    )
    .action(topology);
}

interface Flags extends Whereabouts {
  mermaid?: boolean;
  json?: boolean;
  snapshot?: boolean;
  watch?: number;
  for?: number;
}

async function topology({ mermaid: asMermaid, json, snapshot, watch: every, for: limit, ...where }: Flags) {
  const settings = await readInstances(where);
  if (every !== undefined) {
    if (!(every > 0) || (limit !== undefined && !(limit >= 0))) throw new Misuse("--watch and --for take seconds");
    return watch(settings, { everyMs: every * 1000, forMs: limit === undefined ? undefined : limit * 1000 });
  }
  const live = await asking(settings, (instances) => readLive(instances));
  const graph = liveTopology(live);
  if (snapshot) print(JSON.stringify(live, null, 2));
  else if (json) print(JSON.stringify({ ...graph, hash: topologyHash(live), silent: live.silent }, null, 2));
  else if (asMermaid) print(mermaid(graph));
  else print(asTables(live));
  for (const { name, problem } of live.silent) say(`not asked: ${name}: ${problem}`);
  if (live.instances.length === 0) throw new Failure("no instance could be asked");
}

function asTables(live: Live): string {
  const members = live.instances.map((instance) => {
    const { name, reports, version, routes } = instance;
    const sockets = receivingSockets(instance);
    const open = sockets.filter(({ connected }) => connected).length;
    return [name, reports, version, `${open} of ${sockets.length}`, String(routes.stored.length)];
  });
  const pairs = rowsOf(liveTopology(live));
  const tables = [table([["INSTANCE", "REPORTS", "VERSION", "SOCKETS", "ROUTES"], ...members])];
  if (pairs.length > 0) tables.push(table([["FROM", "", "TO", "WHAT"], ...pairs]));
  else say("they know nobody");
  return tables.join("\n\n");
}
