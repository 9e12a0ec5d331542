import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type Cluster,
  clusterDown,
  clusterStatus,
  clusterUp,
  type InstanceStatus,
  instancesConfig,
  readCluster,
  type UpOptions,
} from "../cluster/index.js";
import { Failure } from "../failure.js";
import { table } from "../table.js";
import { print, say } from "../terminal.js";

const directory = () =>
  new Option("--dir <folder>", "where the cluster keeps its data, logs and passwords").default(".pulumi-harper");
const json = () => new Option("-j, --json", "print JSON");

interface Flags {
  dir: string;
  json?: boolean;
}

export function addCluster(program: Command): void {
  const cluster = program
    .command("cluster")
    .description("Run a real Harper cluster on this machine's loopback addresses")
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper cluster up
  $ pulumi config set --secret harper:instances "$(pulumi-harper cluster config)"
  $ pulumi-harper cluster down --delete`,
    );
  cluster
    .command("up")
    .description("Start the instances that are not up; starting Harper accepts its licence")
    .option("--nodes <count>", "how many instances (default: 3, or as many as there are)", wholeNumber)
    .option(
      "--first-address <address>",
      'of a new cluster; the others follow; "auto" finds free ones (default: "127.0.0.11")',
    )
    .option("--harper <version>", "of new instances: a version that is installed, or its folder (default: harperdb)")
    .option("--username <name>", 'administrator of a new cluster (default: "admin")')
    .option("--password <text>", "of the administrator (default: generated)")
    .addOption(directory())
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper cluster up
  $ pulumi-harper cluster up --nodes 5    # two more where there are three
  $ pulumi-harper cluster up --dir other --first-address auto --harper 4.4.18`,
    )
    .action(up);
  cluster
    .command("status")
    .description("Say how the instances are; exits with 0 only if all are ready")
    .addOption(directory())
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper cluster status
  $ pulumi-harper cluster status --json`,
    )
    .action(status);
  cluster
    .command("config")
    .description("Print the instances with their passwords, as the value of harper:instances")
    .addOption(directory())
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi config set --secret harper:instances "$(pulumi-harper cluster config)"`,
    )
    .action(({ dir }: Flags) => print(JSON.stringify(instancesConfig(existing(dir)))));
  cluster
    .command("down")
    .description("Stop the instances; their data stays")
    .option("--delete", "delete the data and logs too")
    .addOption(directory())
    .addHelpText(
      "after",
      `
Examples:
  $ pulumi-harper cluster down
  $ pulumi-harper cluster down --delete    # its data, too`,
    )
    .action(down);
}

async function up({ dir, json, ...options }: Flags & Omit<UpOptions, "directory">) {
  const cluster = await clusterUp({ directory: dir, say, ...options });
  show(await clusterStatus(cluster), json);
}

async function status({ dir, json }: Flags) {
  const instances = await clusterStatus(existing(dir));
  show(instances, json);
  const unready = instances.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length > 0) throw new Failure(`not ready: ${unready.join(", ")}`);
}

async function down({ dir, delete: remove = false }: Flags & { delete?: boolean }) {
  const cluster = readCluster(dir);
  if (!cluster) return say(`there is no cluster in ${dir}`);
  await clusterDown(cluster, { remove });
  say(remove ? `stopped, and deleted ${dir}` : `stopped; the data stays in ${dir}`);
}

function existing(dir: string): Cluster {
  const cluster = readCluster(dir);
  if (!cluster) throw new Failure(`there is no cluster in ${dir}: pulumi-harper cluster up`);
  return cluster;
}

function show(instances: InstanceStatus[], json = false) {
  if (json)
    return print(JSON.stringify(Object.fromEntries(instances.map(({ name, ...rest }) => [name, rest])), undefined, 2));
  const rows = instances.map(({ name, address, pid, version, ready, peers }) => {
    return [
      name,
      address,
      `${pid ?? "-"}`,
      version ?? "-",
      ready ? "ready" : pid ? "not ready" : "stopped",
      peers.join(", ") || "-",
    ];
  });
  print(table([["NAME", "ADDRESS", "PID", "VERSION", "STATE", "PEERS"], ...rows]));
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a number from 1 is wanted");
  return number;
}
