import type { Command } from "commander";
import type { Instance, Instances } from "../../provider/instances.js";
import { replicates } from "../../provider/operations-api/index.js";
import { reconnect } from "../../provider/resources/reconnect.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { interruptions, peersOf } from "../interruptions.js";
import { pendingOf, tellPending } from "../pending.js";
import { confirm, say, withProgress } from "../terminal.js";

export function addReconnect(program: Command): void {
  addWhereabouts(
    program
      .command("reconnect")
      .description(
        "Remove the nodes of an instance and add them again, one after the other, so that edges added since begin to flow",
      )
      .argument("<name>", "instance")
      .option("--node <peer>", "only this one: a name in harper:instances, or the one it reports")
      .option("-y, --yes", "do not ask"),
  )
    .addHelpText(
      "after",
      `
Edges that were turned off stop only with a restart: pulumi-harper restart

Examples:
  $ pulumi-harper reconnect us-1
  $ pulumi-harper reconnect us-1 --node eu-1 --yes`,
    )
    .action(reconnectAll);
}

interface Flags extends Whereabouts {
  node?: string;
  yes?: boolean;
}

async function reconnectAll(name: string, { node, yes, ...where }: Flags) {
  await withInstances(await readInstances(where), async (instances) => {
    const at = named(instances, name);
    const peers = await peersMeant(instances, at, node);
    if (peers.length === 0) return say(`${name} has no edges to reconnect`);
    const lines = await interruptions(at, (row) => peers.includes(row.name));
    say([`Reconnecting ${name} interrupts for some seconds:`, ...lines].join("\n  "));
    await confirm(`Reconnect ${name} with ${peers.join(", then ")}?`, yes);
    for (const peer of peers) {
      const context = { instances, tell: () => {} };
      await withProgress(`waiting for ${name} and ${peer} to be connected`, () =>
        reconnect(at, { node: peer, context }),
      );
      say(`${name} and ${peer} are connected again`);
    }
    tellPending(await pendingOf(instances, instances.names));
  });
}

/** By the names they report. */
async function peersMeant(instances: Instances, at: Instance, node?: string): Promise<string[]> {
  const rows = await peersOf(at);
  if (node === undefined) return rows.filter(replicates).map((row) => row.name);
  const reported = instances.names.includes(node) ? await instances.at(node).client.nodeName() : node;
  if (rows.some((row) => row.name === reported)) return [reported];
  throw new Misuse(`${at.name} has no node "${node}"; it has ${rows.map((row) => row.name).join(", ") || "none"}`);
}
