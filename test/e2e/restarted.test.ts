import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCluster, restartInstance } from "../../cli/cluster";
import { ask, createTables, empty, type Name, names, poll } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
import { harper, openStack, type TestStack } from "./stack";

let stack: TestStack;
const stages = Array.from({ length: 8 }, (_, index) => `t${index}`);

/** One stage after the other, so that it takes longer than a restart: edges of us-1 with both others, and routes of those. */
const program = () => `
import { Node, Route, Subscription } from "pulumi-harper/native";
const join = (name: string, hostname: string) =>
  new Node(name, { target: "us-1", peer: name, hostname, verifyTls: false, replicateByDefault: false });
const nodes = [join("eu-1", "${harper()["eu-1"].address}"), join("ap-1", "${harper()["ap-1"].address}")];
let before: (Route | Subscription)[] = [];
for (const [index, table] of ${JSON.stringify(stages)}.entries()) {
  const edges = nodes.map((node, at) =>
    new Subscription(table + "-" + at, { target: "us-1", node: node.name, database: "shop", table }, { dependsOn: before }));
  const routes = ["eu-1", "ap-1"].map((target) =>
    new Route(table + "-" + target, { target, url: "wss://route-" + index + ":9933" }, { dependsOn: before }));
  before = [...edges, ...routes];
}
`;

const isUp = (name: Name) =>
  ask(harper()[name], { operation: "user_info" }).then(
    () => true,
    () => false,
  );
const pidOf = async (name: Name) => {
  const asked = { operation: "system_information", attributes: ["harperdb_processes"] };
  const answer = (await ask(harper()[name], asked)) as { harperdb_processes: { core: { pid: number }[] } };
  return answer.harperdb_processes.core[0]?.pid;
};

/** By Harper's own operation, or by the death of its process. Returns when another process answers. */
async function restart(name: Name, how: "operation" | "kill"): Promise<void> {
  const before = await pidOf(name);
  if (how === "operation") await ask(harper()[name], { operation: "restart" });
  else {
    const file = process.env.PULUMI_HARPER_TEST_CLUSTER ?? "";
    const all = Object.values(readCluster(dirname(file))?.instances ?? {});
    const instance = all.find(({ address }) => address === harper()[name].address);
    await restartInstance(instance ?? expect.fail(`${name} is not in ${file}`), { signal: "SIGKILL" });
  }
  const isAnother = async () => (await isUp(name)) && (await pidOf(name).catch(() => before)) !== before;
  expect(await poll(isAnother, Boolean, 60_000), `${name} is back`).toBe(true);
}

async function peersOf(name: Name) {
  const rows = await ask(harper()[name], {
    operation: "search_by_value",
    ...{ database: "system", table: "hdb_nodes", search_attribute: "name", search_value: "*" },
    get_attributes: ["name", "subscriptions"],
  });
  return rows as { name: string; subscriptions: { table: string; subscribe: boolean; publish: boolean }[] }[];
}
async function tablesOn(name: Name, peer: Name): Promise<string[]> {
  const row = (await peersOf(name)).find((one) => one.name === harper()[peer].address);
  const on = (row?.subscriptions ?? []).filter(({ subscribe, publish }) => subscribe && publish);
  return on.map(({ table }) => table).sort();
}

beforeAll(async () => {
  await empty(harper());
  await createTables(harper(), stages);
  stack = await openStack("restarted", "native");
  stack.write(program());
});
afterAll(() => empty(harper()));

test.each(["operation", "kill"] as const)(
  "each instance restarts in turn, by %s, while up writes to all: it ends well, with all on both ends",
  { timeout: 400_000 },
  async (how) => {
    const begun = Promise.withResolvers<void>();
    let isDone = false;
    let said = "";
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    const up = run("pulumi", args, {
      cwd: stack.folder,
      hear(text) {
        said += text;
        if (/t0-0 created/.test(said)) begun.resolve();
      },
    }).finally(() => {
      isDone = true;
      begun.resolve();
    });
    await begun.promise;
    const during: Name[] = [];
    for (const name of names) {
      if (!isDone) during.push(name);
      await restart(name, how);
    }
    const outcome = await up;
    expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ code: 0 });
    expect(during).toEqual([...names]);

    for (const peer of ["eu-1", "ap-1"] as const) {
      expect(await tablesOn("us-1", peer)).toEqual(stages);
      expect(await tablesOn(peer, "us-1")).toEqual(stages);
      const { replication } = (await ask(harper()[peer], { operation: "get_configuration" })) as {
        replication: { routes: string[] };
      };
      expect(replication.routes).toHaveLength(stages.length);
    }
    const after = await stack.pulumi("preview", "--expect-no-changes");
    expect(after, after.stdout + after.stderr).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  },
);
