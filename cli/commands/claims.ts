import type { Command } from "commander";
import { Notes } from "../../provider/operations-api/index.js";
import { nameOf } from "../../provider/urn.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { table } from "../table.js";
import { confirm, print, say } from "../terminal.js";

export function addClaims(program: Command): void {
  addWhereabouts(
    program
      .command("claims")
      .description("Say which stack declares which object, and remove claims whose stack is gone or was renamed")
      .argument("[name...]", "instances (default: all)")
      .option("--of <project/stack>", "only those of one stack")
      .option("--remove <id>", 'the claim of that id, or "all" that are listed; the object itself stays')
      .option("-y, --yes", "do not ask"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper claims
  $ pulumi-harper claims us-1 --of shop/prod
  $ pulumi-harper claims --of shop/staging --remove all    # that stack is gone`,
    )
    .action(claims);
}

interface Flags extends Whereabouts {
  of?: string;
  remove?: string;
  yes?: boolean;
}

async function claims(names: string[], { of, remove, yes, ...where }: Flags) {
  await withInstances(await readInstances(where), async (instances) => {
    const asked = names.length > 0 ? names : instances.names;
    const found = await Promise.all(
      asked.map(async (name) => {
        const { client } = named(instances, name);
        const notes = new Notes(client, await client.nodeName());
        const rows = (await notes.read()).flatMap((row) => (row.kind === "claim" ? [row] : []));
        const isMeant = ({ id, stack }: (typeof rows)[number]) =>
          (of === undefined || stack === of) && (remove === undefined || remove === "all" || remove === id);
        return { name, notes, rows: rows.filter(isMeant) };
      }),
    );
    const lines = found.flatMap(({ name, rows }) =>
      rows.map(({ id, object, stack, urn, __createdtime__ }) => {
        const resource = urn ? nameOf(urn) : "-";
        return [name, id, object.split(" ")[0] ?? "", stack, resource, new Date(__createdtime__).toISOString()];
      }),
    );
    if (lines.length === 0 && remove !== undefined) throw new Misuse(`there is no claim "${remove}"`);
    if (lines.length === 0) return say("nothing is claimed");
    print(table([["INSTANCE", "ID", "TYPE", "STACK", "RESOURCE", "SINCE"], ...lines]));
    if (remove === undefined) return;
    await confirm(
      `Remove ${lines.length === 1 ? "this claim" : `these ${lines.length} claims`}? What is claimed stays.`,
      yes,
    );
    for (const { notes, rows } of found) await notes.remove(rows.map(({ id }) => id));
    say("removed");
  });
}
