// The quickstart on a real three-node cluster: shaped, changed, drifting, mended, rolled back, taken down.
// Called by demo.sh, which starts the cluster and stops it however this ends.
import { dirname, join, resolve } from "node:path";
import {
  ask,
  count,
  createTables,
  type HarperInstance,
  insert,
  names,
  peers,
  poll,
  readHarper,
  routes,
  settings,
} from "./demo/harper.mts";
import { copyProgram, install, pack } from "./demo/packed.mts";
import type { Outcome } from "./demo/run.mts";
import { expectThat, say, shown, step } from "./demo/say.mts";
import { pulumiEnvironment, Stack } from "./demo/stack.mts";

const cluster = process.env.HARPER_CLUSTER;
if (!cluster) throw new Error("HARPER_CLUSTER is not set: run make demo");
const project = resolve(import.meta.dirname, "..");
const quickstart = join(project, "examples", "quickstart");
const program = join(dirname(cluster), "program");
const harper = readHarper(join(cluster, "cluster.json"));
const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper;
const stack = new Stack(program, { env: { ...pulumiEnvironment(dirname(cluster)), ...process.env } });

/** Runs a command, shows what matters of it, and fails if it does not end as it should. */
async function pulumi(args: string[], exitCode = 0): Promise<Outcome> {
  say(`$ pulumi ${args.join(" ")}`);
  const outcome = await stack.pulumi(...args);
  for (const line of shown(outcome.stdout)) say(`  ${line}`);
  say(`  exit code ${outcome.code}, ${outcome.seconds.toFixed(1)} s`);
  expectThat(outcome.code === exitCode, `exit code ${exitCode} was to come\n${outcome.stdout}${outcome.stderr}`);
  return outcome;
}

const up = ["up", "--yes", "--skip-preview"];
const nameOf = (instance: HarperInstance) => names.find((name) => harper[name] === instance);

let batch = 0;
/** Writes three rows on one instance and counts them on another. */
async function flow(from: HarperInstance, to: HarperInstance, table: string, flows = true): Promise<void> {
  const ids = [1, 2, 3].map((row) => `batch-${++batch}-${row}`);
  await insert(from, table, ids);
  const arrived = await poll(
    () => count(to, table, ids),
    (rows) => rows === (flows ? ids.length : -1),
    flows ? 20_000 : 1500,
  );
  say(`  ${table}: 3 rows written on ${nameOf(from)}, ${arrived} of them on ${nameOf(to)}`);
  expectThat(arrived === (flows ? ids.length : 0), `${flows ? 3 : 0} rows were to arrive`);
}

/** Changes the program as its author would, and shows it. */
function edit(before: string, after: string): void {
  const source = stack.read();
  expectThat(source.includes(before), `the quickstart has no "${before}"`);
  stack.write(source.replace(before, after));
  for (const line of after.split("\n").filter((line) => line && !before.includes(line.trim())))
    say(`  index.ts  + ${line.trim()}`);
}

await step("Install the package as npm publishes it, beside examples/quickstart", async () => {
  copyProgram(quickstart, program);
  await install(program, await pack(project, dirname(cluster)));
  await createTables(harper, ["orders", "prices", "stock"]);
  const hostnames = names.flatMap((name) => ["--plaintext", `hostnames.${name}=${harper[name].address}`]);
  await stack.init("dev", [...settings(harper), ...hostnames, "--plaintext", "verifyTls=false"]);
  say(`  ${names.map((name) => `${name} is ${harper[name].endpoint}`).join(", ")}`);
});

await step("Shape the cluster: orders both ways between us-1 and eu-1, prices from us-1 to ap-1", async () => {
  await pulumi(up);
  await flow(us, eu, "orders");
  await flow(eu, us, "orders");
  await flow(us, ap, "prices");
  await flow(ap, us, "prices", false);
});

await step("Change it: stock goes to ap-1, too. The preview shows that and nothing else", async () => {
  const last = "// eu-1 dials us-1 when it starts.";
  const edge = `new Subscription("stock", { target: "us-1", node: ap.name, database: "shop", table: "stock", subscribe: false });`;
  edit(last, `${edge}\n\n${last}`);
  await expectChanges(["create stock"]);
  const { stdout } = await pulumi(up);
  expectThat(
    /warning: Pending on ap-1: .*shop\.stock/.test(stdout),
    "up was to say that the rows of stock are pending",
  );
  await flow(us, ap, "stock", false);
});

await step(
  "Harper stores an edge added to a connected database, but its rows wait. Asked to, it is reconnected",
  async () => {
    edit('peer: "ap-1",', 'peer: "ap-1",\n  activate: "reconnect",');
    const { stdout } = await pulumi(up);
    expectThat(/~ 1 updated/.test(stdout), "only ap-1 was to be updated");
    await flow(us, ap, "stock");
    await flow(us, ap, "prices");
  },
);

await step(
  "Drift: someone removes a peer of us-1 and a route of eu-1 by hand. A check in CI finds it: exit code 7",
  async () => {
    await ask(us, { operation: "remove_node", hostname: eu.address });
    await ask(eu, { operation: "set_configuration", replication_routes: [] });
    const { stdout } = await pulumi(["refresh", "--preview-only", "--expect-no-changes"], 7);
    expectThat(/- 3 to delete/.test(stdout), "the node, its edge and the route were to be missed");
  },
);

await step("Mend it: what is gone is made again, nothing else is touched", async () => {
  await pulumi([...up, "--refresh"]);
  await flow(us, eu, "orders");
  await flow(eu, us, "orders");
  await pulumi(["preview", "--refresh", "--expect-no-changes"]);
});

await step("Roll back: the program of the beginning puts the topology of the beginning back", async () => {
  stack.copyFrom(quickstart);
  await expectChanges(["delete stock"]);
  await pulumi(up);
});

await step("Take it down: no instance has a peer or a route left, on neither end", async () => {
  await pulumi(["destroy", "--yes", "--skip-preview"]);
  for (const name of names) {
    const left = { peers: (await peers(harper[name])).length, routes: (await routes(harper[name])).length };
    say(`  ${name}: ${left.peers} peers, ${left.routes} routes`);
    expectThat(left.peers + left.routes === 0, `${name} was to be empty`);
  }
});

say(`\nAll as it should be, in ${Math.round(performance.now() / 1000)} s beside the cluster's start.`);

async function expectChanges(wanted: string[]): Promise<void> {
  say("$ pulumi preview");
  const changes = (await stack.preview()).map(({ op, name }) => `${op} ${name}`);
  for (const change of changes) say(`  ${change}`);
  expectThat(changes.join() === wanted.join(), `the preview was to show: ${wanted.join(", ")}`);
}
