import { describe, expect, onTestFinished, test, vi } from "vitest";
import { operations } from "../../provider/operations-api";
import type { Fault } from "../fake";
import { canary } from "./canaries";
import { runCore } from "./core";
import { baitedInputs } from "./inputs";
import { ask, faults, found, make, openScene, tryAll, ways } from "./scene";

vi.setConfig({ testTimeout: 30_000 });

/** Opens a scene, makes what is there before, and starts the run that meets the fault. */
async function begin({ way = "password", unverified = "keep" as "keep" | "fail", inline = false, hasty = false } = {}) {
  const scene = await openScene(way);
  onTestFinished(() => scene.fake.close());
  const first = await runCore({ instances: scene.instances, unverified: "keep" });
  const made = await make(first, scene, inline ? scene.instances.us : "us");
  await first.close();
  // Only from the start of its process on does an instance know the routes of its file.
  await scene.fake.stop("us-1");
  await scene.fake.start("us-1");
  const run = await runCore({ instances: hasty ? hastily(scene.instances) : scene.instances, unverified });
  onTestFinished(() => run.close() as Promise<void>);
  return { scene, made, run };
}

/** Waiting for no answer longer than it takes to see that none comes. */
const hastily = (instances: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(instances).map(([name, one]) => [name, { ...Object(one), timeoutSeconds: 0.3 }]));

const meeting = (...names: string[]) => names.map((name) => [name, faults[name] as Fault] as const);
const echoes = Object.keys(faults).filter((name) => name.includes("echo"));

describe.each(ways)("an instance that is reached with a %s", (way) => {
  test.each(meeting(...(way === "password" ? Object.keys(faults) : echoes.slice(0, 3))))(
    "no hook of any resource lets a secret out: %s",
    async (_, fault) => {
      const { scene, made, run } = await begin({ way, hasty: fault.kind === "hang" || fault.kind === "late" });
      scene.fake.fail("us-1", { fault });
      await tryAll(run, scene, made);
      expect(run.said.length).toBeGreaterThan(20);
      expect(found(scene, run)).toEqual([]);
    },
  );
});

/** Sent by commands only, or not yet by a hook: test/secrets/cli.test.ts. */
const noHooks = [
  ...["configure_cluster", "cluster_set_routes", "cluster_delete_routes", "restart"],
  ...["create_table", "insert", "update", "delete", "search_by_id"],
];

test.each(
  Object.entries(operations)
    .filter(([name]) => !noHooks.includes(name))
    .flatMap(([name, { kind }]) =>
      meeting(...(kind === "read" ? ["an echo as 500"] : ["an echo as 500", "an echo as half a success"])).map(
        ([title, fault]) => [name, title, fault] as const,
      ),
    ),
)("%s alone fails: %s", async (operation, _, fault) => {
  const { scene, made, run } = await begin();
  scene.fake.fail("us-1", { operation, fault });
  const outcomes = await tryAll(run, scene, made);
  const sent = scene.fake.instances["us-1"]?.calls.map((call) => call.operation);
  expect(sent, outcomes.map((one) => (one.status === "rejected" ? String(one.reason) : "done")).join("\n")).toContain(
    operation,
  );
  expect(found(scene, run)).toEqual([]);
});

test.each(meeting("an echo as 500", "an echo as half a success", "reset"))("the peer fails: %s", async (_, fault) => {
  const { scene, made, run } = await begin();
  scene.fake.fail("eu-1", { fault });
  await tryAll(run, scene, made, { peer: "ap", authorization: undefined });
  expect(found(scene, run)).toEqual([]);
});

describe.each(baitedInputs("Node"))("$title", ({ value, secrets }) => {
  test.each(meeting("an echo as 500", "half", "truncate", "an echo as half a success"))("%s", async (_, fault) => {
    for (const operation of ["add_node", "update_node"]) {
      const { scene, made, run } = await begin();
      scene.fake.fail("us-1", { fault, operation });
      await tryAll(run, scene, made, value);
      expect(scene.fake.instances["us-1"]?.calls).toContainEqual(
        expect.objectContaining({ body: expect.objectContaining(value) }),
      );
      expect(found(scene, run, secrets)).toEqual([]);
    }
  });
});

test("no other resource has a secret of its own", () => {
  expect([...baitedInputs("Subscription"), ...baitedInputs("Route")]).toEqual([]);
});

test.each(meeting("an echo as 401", "an echo as names of answers", "half"))(
  "a connection in the resource itself: %s",
  async (_, fault) => {
    for (const unverified of ["keep", "fail"] as const) {
      const { scene, made, run } = await begin({ inline: true, unverified });
      scene.fake.fail("us-1", { fault });
      await tryAll(run, scene, made);
      expect(found(scene, run)).toEqual([]);
    }
  },
);

test("a run that is cancelled", async () => {
  const { scene, made, run } = await begin();
  scene.fake.fail("us-1", { fault: { kind: "hang" } });
  const all = tryAll(run, scene, made);
  run.cancel();
  await all;
  expect(run.said.join()).toContain("cancelled");
  expect(found(scene, run)).toEqual([]);
});

test("what others have left in the cluster: credentials in a URL, and those that retain_authorization keeps", async () => {
  const { scene, made, run } = await begin();
  const { userinfo } = scene.secrets;
  const authorization = { username: "admin", password: canary() };
  scene.fake.addUser("ap-1", { ...authorization, superUser: true });
  await ask(scene, "us", {
    operation: "add_node",
    url: `wss://admin:${userinfo}@ap-1:9933`,
    verify_tls: false,
    authorization,
    retain_authorization: true,
  });
  await ask(scene, "us", { operation: "set_configuration", replication_routes: [`wss://admin:${userinfo}@ap-1:9933`] });
  expect(JSON.stringify(await ask(scene, "us", { operation: "cluster_status" }))).toContain(userinfo);
  expect(JSON.stringify(scene.fake.nodes("us-1"))).toContain("Basic ");
  await Promise.allSettled(run.others("ap-1"));
  await tryAll(run, scene, made);
  expect(run.said.join()).toContain('"address":"wss://ap-1:9933"');
  expect(found(scene, run, { retained: authorization.password })).toEqual([]);
});
