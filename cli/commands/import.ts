import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type Adoption, adopt, importFile, programText } from "../../topology/adopt/index.js";
import { readLive } from "../../topology/live/read.js";
import { asking } from "../connections.js";
import { Failure, Misuse } from "../failure.js";
import { carryOut } from "../import/carry-out.js";
import { type File, importFileName, lookInto, projectFiles } from "../import/folder.js";
import { ownVersions } from "../import/project.js";
import { type Source, type SourceFlags, sourceOf } from "../import/source.js";
import { defaultStack, importArguments, type Setting, settingsOf } from "../import/stack.js";
import { confirm, print, say } from "../terminal.js";

const help = `
Without --from and --instances the instances are those of the project's stack. The password of --username is taken
from HARPER_PASSWORD, asked for at a terminal, or read with --password-stdin; other settings of the connection are
taken from the environment, as by the provider (HARPER_CA_CERTIFICATE, ...).

Exits with 0 when a preview shows no change, with 3 when it shows what is there on one end only and nothing else,
with 1 when it shows more.

Examples:
  $ pulumi-harper import --from https://us-1.example.com:9925 --username admin --try-peers --dir cluster
  $ pulumi-harper import --instances instances.json --flat --dry-run
  $ pulumi-harper import --stack prod --yes`;

export function addImport(program: Command): void {
  program
    .command("import")
    .description("Adopt a running cluster: write a program that declares it, import it, and see that nothing differs")
    .option("--from <url>", "operations API of a member; may be said again", (url: string, all: string[] = []) => [
      ...all,
      url,
    ])
    .option("--username <name>", "super_user of the members (default: HARPER_USERNAME)")
    .option("--password-stdin", "read the password from standard input")
    .option(
      "--try-peers",
      "ask the peers of --from, too: same scheme, port and credentials, at the hosts where they replicate",
    )
    .addOption(
      new Option("--instances <file>", "JSON in the form of harper:instances, or a cluster.json").conflicts("from"),
    )
    .option("--dir <folder>", "a new folder, or a Pulumi project without a program (default: this one)")
    .option("-s, --stack <name>", `stack to import into (default: the selected one, else ${defaultStack})`)
    .addOption(new Option("--shape", "a Cluster of whatever shape, or fail").conflicts("flat"))
    .option("--flat", "Nodes, Subscriptions and Routes (default: a Cluster where it is a mesh, a hub or regions)")
    .option("--dry-run", "print the files and commands, and touch nothing")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", help)
    .action(importCluster);
}

interface Flags extends SourceFlags {
  dir?: string;
  shape?: boolean;
  flat?: boolean;
  dryRun?: boolean;
}

async function importCluster(flags: Flags): Promise<void> {
  const folder = resolve(flags.dir ?? ".");
  const { isProject } = lookInto(folder, flags.instances === undefined ? [] : [resolve(flags.instances)]);
  const source = await sourceOf(flags, folder);
  const adoption = await adoptionOf(source, flags);
  if (adoption.resources.length === 0) throw new Failure("there is nothing to import: the instances know nobody");
  const versions = ownVersions();
  const files = [
    ...projectFiles(folder, versions),
    { name: "index.ts", text: programText(adoption) },
    { name: importFileName, text: `${JSON.stringify(importFile(adoption, versions.package), null, 2)}\n` },
  ];
  const settings = source.isConfigured ? [] : settingsOf(source.settings.instances);
  if (flags.dryRun) {
    printAll(files, settings, flags.stack ?? defaultStack);
    return;
  }
  const count = adoption.resources.length;
  await confirm(
    `Write ${files.map(({ name }) => name).join(", ")} to ${folder}, and import ${count} resources?`,
    flags.yes,
  );
  await carryOut({ folder, isProject, files, settings, adoption, stack: flags.stack });
}

async function adoptionOf({ settings }: Source, { shape, flat }: Flags): Promise<Adoption> {
  const live = await asking(settings, (instances) => readLive(instances));
  if (live.instances.length === 0)
    throw new Failure(`no instance could be asked: ${live.silent.map(({ problem }) => problem).join("; ")}`);
  try {
    const adoption = adopt(live, shape ? "shape" : flat ? "flat" : "fitting");
    for (const note of adoption.notes) say(`note: ${note}`);
    for (const problem of adoption.problems) say(`to mend: ${problem}`);
    return adoption;
  } catch (error) {
    throw new Misuse(`--shape: ${(error as Error).message}`, { cause: error });
  }
}

function printAll(files: File[], settings: Setting[], stack: string): void {
  for (const { name, text } of files) print(`--- ${name}\n${text}`);
  print("--- commands");
  print(`pulumi stack init ${stack}`);
  for (const { path, value, isSecret } of settings)
    print(
      isSecret
        ? `pulumi config set --secret --path '${path}'   # from standard input`
        : `pulumi config set --path '${path}' ${JSON.stringify(value)}`,
    );
  print(`pulumi ${importArguments.join(" ")}`);
  print("pulumi preview --expect-no-changes");
}
