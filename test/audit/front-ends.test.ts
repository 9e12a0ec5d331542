import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { recordsIn } from "../../topology/audit/records";
import type { Fault } from "../fake";
import { Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";
import { Search } from "../secrets/canaries";
import { runDynamic } from "../secrets/dynamic";
import { runPlugin } from "../secrets/plugin";
import { faults, make, openScene, type Start, tryAll } from "../secrets/scene";
import { linesIn } from "./lines";

vi.setConfig({ testTimeout: 30_000 });

// Runs of one test would wait for each other.
vi.stubEnv("HARPER_LEASE", "off");

async function begin(start: Start, inline = false) {
  const scene = await openScene();
  onTestFinished(() => scene.fake.close());
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "audit.jsonl");
  const open = async (auditLog = file) => {
    const run = await start({ instances: scene.instances, unverified: "keep", auditLog });
    onTestFinished(() => run.close() as Promise<void>);
    return run;
  };
  const text = () => readFileSync(file, "utf8");
  return { scene, file, folder, open, text, target: inline ? scene.instances.us : "us" };
}

describe.each([
  ["plugin", runPlugin],
  ["dynamic provider", runDynamic],
] as const)("the %s", (by, start) => {
  test("says what was asked, called and answered, and what both ends have", async () => {
    const { scene, file, open, text } = await begin(start);
    const first = await open();
    const made = await make(first, scene);
    const { edge } = made;
    await first.of("Subscription").update(edge.made.id, edge.made.state, { ...edge.inputs, publish: false });
    // What deletes is another run.
    const last = await open();
    await last.of("Subscription").delete(edge.made.id, edge.made.state);
    await last.of("Route").delete(made.route.made.id, made.route.made.state);
    await last.of("Node").delete(made.node.made.id, made.node.made.state);

    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { all, asked, calls, answers, ended } = linesIn(text());
    expect(new Set(all.map(({ run }) => run)).size).toBe(2);
    expect(asked.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual([
      ...["create Node", "create Subscription", "create Route", "update Subscription"],
      ...["delete Subscription", "delete Route", "delete Node"],
    ]);
    expect(asked[0]).toMatchObject({
      by,
      who: expect.stringMatching(/.@./),
      target: "us",
      inputs: { hostname: "eu-1", replicateByDefault: false, authorization: "[secret]" },
      ...(by === "plugin" && { stack: "test/dev", urn: "urn:pulumi:dev::test::harper:index:Node::it" }),
    });
    expect(calls.map(({ operation, steps }) => [operation, steps.length])).toEqual([
      ...[
        ["add_node", 1],
        ["update_node", 1],
        ["set_configuration", 1],
        ["update_node", 1],
      ],
      ...[["update_node", 1], expect.anything(), ["remove_node", 1]],
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(calls.map(() => "done"));
    expect(answers[0]?.text).toBe("Successfully added 'wss://eu-1:9933' to cluster");
    const shown = ended.map(({ id, outcome, readBack }) => [id, outcome, ...readBack.map((one) => one.end)]);
    expect(shown.slice(0, 4)).toEqual([
      ["us-1/eu-1", "done", "us", "eu"],
      ["us-1/eu-1/shop/dog", "done", "us", "eu"],
      ["us-1/wss://eu-1:9933", "done", "us"],
      ["us-1/eu-1/shop/dog", "done", "us", "eu"],
    ]);
    expect(ended[3]?.readBack).toMatchObject([
      { found: { table: "dog", subscribe: true, publish: false } },
      { found: { table: "dog", subscribe: false, publish: true } },
    ]);
    expect(ended.at(-1)?.readBack).toMatchObject([{ found: null }, { found: null }]);
  });

  test.each(["an echo as half a success", "an echo as names of answers"])(
    "writes no secret down: %s",
    async (title) => {
      for (const inline of [false, true]) {
        const { scene, open, text, target } = await begin(start, inline);
        const run = await open();
        const made = await make(run, scene, target);
        for (const operation of ["add_node", "update_node", "remove_node", "set_configuration"])
          scene.fake.fail("us-1", { fault: faults[title] as Fault, operation });
        await tryAll(run, scene, made);
        const { calls, answers } = linesIn(text());
        expect(calls.length).toBeGreaterThan(5);
        expect(answers.length).toBe(calls.length);
        expect(new Search(scene.secrets).in(text())).toEqual([]);
      }
    },
  );

  test("makes no file in a preview", async () => {
    const { file, open } = await begin(start);
    const run = await open();
    const inputs = { target: "us", hostname: "eu-1", replicateByDefault: false, verifyTls: false };
    await run.of("Node").check(inputs);
    expect(existsSync(file)).toBe(false);
  });

  test("refuses a file that cannot be written before anything is sent", async () => {
    const { scene, folder, open } = await begin(start);
    mkdirSync(join(folder, "taken"));
    for (const path of [join(folder, "taken"), join(folder, "absent", "audit.jsonl")]) {
      const refused = await open(path)
        .then((run) => run.of("Node").create({ target: "us", hostname: "eu-1", replicateByDefault: false }))
        .catch((error: Error) => error.message);
      expect(JSON.stringify(refused)).toContain("harper:auditLog");
      expect(JSON.stringify(refused)).toContain(path);
    }
    expect(scene.fake.instances["us-1"]?.calls).toEqual([]);
  });

  test.skipIf(!existsSync("/dev/full"))("sends nothing when the disk is full", async () => {
    const { scene, open } = await begin(start);
    const run = await open("/dev/full");
    const created = run.of("Route").create({ target: "us", hostname: "eu-1" });
    const error: unknown = await created.catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("create Route on us: /dev/full cannot be written: ENOSPC");
    const sent = scene.fake.instances["us-1"]?.calls.map(({ operation }) => operation);
    expect(sent).not.toContain("set_configuration");
  });
});

test("lines of several processes do not mix", async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "audit.jsonl");
  const built = JSON.stringify(join(__dirname, "../../dist/provider/frontends/audit-file.js"));
  const writer = (name: string) => `
    const log = new (require(${built}).AuditFile)(${JSON.stringify(file)}, "a test");
    for (let n = 0; n < 200; n++) log.append(JSON.stringify({ name: "${name}", n, more: "x".repeat(20000) }) + "\\n");`;
  const names = ["one", "two", "three"];
  await Promise.all(names.map((name) => promisify(execFile)(process.execPath, ["-e", writer(name)])));
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const seen = lines.map((line) => JSON.parse(line) as { name: string; n: number });
  for (const name of names)
    expect(seen.filter((line) => line.name === name).map(({ n }) => n)).toEqual([...Array(200).keys()]);
});

test("a plugin that was killed between a call and its answer leaves a call without one", async () => {
  const { scene, file } = await begin(runPlugin);
  const engine = await Engine.start();
  onTestFinished(() => engine.close());
  const { client, child } = await engine.spawn({ HARPER_AUDIT_LOG: file });
  await configure(client, { instances: scene.instances });
  scene.fake.fail("us-1", { operation: "set_configuration", fault: { kind: "hang" } });
  const created = resourceAt(client, "Route").create({ target: "us", hostname: "eu-1" });
  created.catch(() => {});
  await expect.poll(() => existsSync(file) && linesIn(readFileSync(file, "utf8")).calls.length).toBe(1);
  child.kill("SIGKILL");
  await expect(created).rejects.toThrow();
  const { steps, calls } = recordsIn(readFileSync(file, "utf8"));
  expect(steps).toMatchObject([{ resource: "Route", stack: "test/dev", outcome: "unfinished" }]);
  expect(calls).toMatchObject([{ operation: "set_configuration", by: "plugin", outcome: "no answer" }]);
});
