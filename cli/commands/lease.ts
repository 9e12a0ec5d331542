import type { Command } from "commander";
import { Notes } from "../../provider/operations-api/index.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { table } from "../table.js";
import { confirm, print, say } from "../terminal.js";

export function addLease(program: Command): void {
  addWhereabouts(
    program
      .command("lease")
      .description("Say who writes to the instances at the moment, and take a lease away from who is gone")
      .argument("[name...]", "instances (default: all)")
      .option("--break", "take the leases away: who still writes takes it again, and is warned")
      .option("-y, --yes", "do not ask"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper lease
  $ pulumi-harper lease us-1 --break    # once its process is known to be gone`,
    )
    .action(lease);
}

interface Flags extends Whereabouts {
  break?: boolean;
  yes?: boolean;
}

async function lease(names: string[], { break: broken, yes, ...where }: Flags) {
  await withInstances(await readInstances(where), async (instances) => {
    const asked = names.length > 0 ? names : instances.names;
    const found = await Promise.all(
      asked.map(async (name) => {
        const { client } = named(instances, name);
        const notes = new Notes(client, await client.nodeName());
        const rows = (await notes.read()).flatMap((row) => (row.kind === "lease" ? [row] : []));
        return { name, notes, rows };
      }),
    );
    const lines = found.flatMap(({ name, rows }) =>
      rows.map((row) => [
        name,
        row.who,
        `${row.pid}`,
        row.stack ?? "-",
        new Date(row.__createdtime__).toISOString(),
        new Date(row.__updatedtime__ + row.lifetime * 1000).toISOString(),
      ]),
    );
    if (lines.length === 0) return say("nobody holds a lease");
    print(table([["INSTANCE", "WHO", "PROCESS", "STACK", "SINCE", "LAPSES"], ...lines]));
    if (!broken) return;
    await confirm(`Take ${lines.length === 1 ? "it" : `all ${lines.length}`} away?`, yes);
    for (const { notes, rows } of found) await notes.remove(rows.map(({ id }) => id));
    say("taken away");
  });
}
