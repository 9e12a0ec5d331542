import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { auditReport } from "../../topology/audit/report";
import { startFakeCluster } from "../fake";
import { plugin, stack } from "../topology/states";
import { password } from "./harness";
import { useProject } from "./project";

const { at, pulumiAnswers, run } = useProject();

const environment = {
  ...{ "git.head": "0123456789abcdef0123456789abcdef01234567", "git.dirty": "false" },
  ...{ "git.headName": "refs/heads/main", "git.author": "Ada", "git.author.email": "ada@example.com" },
};
const updates = [
  { version: 2, kind: "destroy", startTime: "2026-01-02T10:00:00.000Z", endTime: "2026-01-02T10:01:00.000Z" },
  { version: 1, kind: "update", startTime: "2026-01-01T10:00:00.000Z", endTime: "2026-01-01T10:01:00.000Z" },
].map((update) => ({ ...update, result: "succeeded", message: "It begins", environment }));
const node = plugin("Node", "eu", { target: "us", hostname: "eu-1", replicateByDefault: false });
const state = (...resources: object[]) => JSON.stringify({ deployment: { resources: [stack(), ...resources] } });

/** Two stand-ins, and a project at Pulumi Cloud that has them. */
async function open(config: Record<string, unknown> = {}) {
  const fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], password });
  onTestFinished(() => fake.close());
  const objectValue = Object.fromEntries(
    Object.values(fake.instances).map(({ name, endpoint, username }) => [name, { endpoint, username, password }]),
  );
  pulumiAnswers({
    whoami: JSON.stringify({ url: "https://app.pulumi.com/me" }),
    "stack --show-name": "dev\n",
    "stack history": JSON.stringify(updates),
    "stack export --version 1": state(node),
    "stack export --version 2": state(),
    config: JSON.stringify({ "harper:instances": { objectValue, secret: true }, ...config }),
  });
  return fake;
}

const step = { step: 1, kind: "create", resource: "Node", id: "us-1/eu-1", stack: "shop/dev" };
const of = { v: 1, run: "one", who: "alice@build-7", by: "plugin" };
const time = "2026-01-01T10:00:30.000Z";
const call = {
  ...of,
  time,
  event: "call",
  call: 1,
  steps: [step],
  instance: "us-1",
  operation: "add_node",
  request: {},
};
const asked = { ...of, time, event: "asked", ...step, target: "us-1", inputs: { hostname: "eu-1" } };
const answered = { v: 1, time, run: "one", event: "answer", call: 1, outcome: "done", text: "Successfully added" };
const read = { end: "us-1", what: "record of eu-1", readAt: time, found: { name: "eu-1", full: true } };
const ended = { v: 1, time, run: "one", event: "ended", step: 1, outcome: "done", readBack: [read] };

const write = (...lines: object[]) =>
  writeFileSync(join(at.folder, "audit.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

describe("audit", () => {
  test("says which update called what, and how the instances are", async () => {
    await open({ "harper:auditLog": { value: "audit.jsonl" } });
    write(asked, call, answered, ended);
    const { code, stdout, stderr } = await run("audit", "--json");
    expect(code, stderr).toBe(0);
    const report = auditReport.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      stack: "shop/dev",
      updates: [
        { number: 2, kind: "destroy", calls: [] },
        {
          number: 1,
          commit: environment["git.head"],
          isDirty: false,
          branch: "main",
          author: "Ada <ada@example.com>",
          message: "It begins",
          topology: "adds 2 instances",
          steps: [{ id: "us-1/eu-1", outcome: "done", readBack: [read] }],
          calls: [{ operation: "add_node", outcome: "done", text: "Successfully added" }],
        },
      ],
      unaccounted: { steps: [], calls: [] },
    });
    expect(report.live?.instances.map(({ name, version, reachedBy }) => [name, version, reachedBy])).toEqual([
      ["us-1", "4.7.29", "plain HTTP"],
      ["eu-1", "4.7.29", "plain HTTP"],
    ]);
    expect(report.live?.instances[0]?.certificates).toMatchObject([
      { name: "us-1", subject: expect.stringMatching(/^CN=us-1 /), issuedBy: "its own authority", isAuthority: false },
      { issuedBy: "its own authority", isAuthority: true, validTo: "2035-12-30T00:00:00.000Z" },
    ]);
    expect(stdout + stderr).not.toContain(password);
  });

  test("in words, the newest first", async () => {
    await open({ "harper:auditLog": { value: "audit.jsonl" } });
    write(asked, call, answered, ended);
    const { stdout } = await run("audit", "--last", "1");
    expect(stdout).not.toContain("add_node");
    expect(
      (await run("audit")).stdout,
    ).toContain(`2  2026-01-02T10:01:00.000Z  destroy, succeeded  (0123456789ab, Ada <ada@example.com>)  removes 2 instances

1  2026-01-01T10:01:00.000Z  update, succeeded  (0123456789ab, Ada <ada@example.com>)  adds 2 instances
  create Node us-1/eu-1
    2026-01-01T10:00:30.000Z add_node on us-1: Successfully added
    read back on us-1: record of eu-1: replicates everything

INSTANCE  REPORTS  VERSION  REACHED BY  CERTIFICATES VALID TO`);
  });

  test("exits with 3 where a call has no answer, or no update accounts for it", async () => {
    await open({ "harper:auditLog": { value: "audit.jsonl" } });
    write(asked, call);
    const unanswered = await run("audit");
    expect(unanswered).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("the log has 1 call without an answer, 1 step begun and not ended"),
    });
    expect(unanswered.stdout).toContain("add_node on us-1: no answer");
    write({ ...call, time: "2026-01-01T12:00:00.000Z" }, answered);
    const unaccounted = await run("audit");
    expect(unaccounted).toMatchObject({ code: 3, stderr: expect.stringContaining("1 call in no update of the stack") });
    expect(unaccounted.stdout).toContain(
      "IN NO UPDATE OF THE STACK\n  plugin: 2026-01-01T12:00:00.000Z add_node on us-1",
    );
    write({ ...call, steps: [{ ...step, stack: "shop/prod" }] }, answered);
    expect(await run("audit")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("1 steps and calls of other"),
    });
  });

  test("without a log says what the history knows, and how to have one", async () => {
    await open();
    const { code, stdout, stderr } = await run("audit", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ log: null, updates: [{ number: 2 }, { number: 1 }] });
    expect(stderr).toContain("calls are not logged: `pulumi config set harper:auditLog FILE`");
  });

  test("asks nobody with --no-live, and reads the log that is named", async () => {
    const fake = await open();
    write(asked, call, answered, ended);
    const { code, stdout } = await run("audit", "--json", "--no-live", "--log", "audit.jsonl");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ live: null, updates: [{}, { calls: [{ operation: "add_node" }] }] });
    expect(fake.instances["us-1"]?.calls).toEqual([]);
  });

  test("names peers whose credentials an instance keeps, and not what they are", async () => {
    const fake = await open({ "harper:auditLog": { value: "audit.jsonl" } });
    const authorization = { username: "admin", password };
    const request = { hostname: "eu-1", authorization, retainAuthorization: true, verifyTls: false };
    expect(await run("op", "add_node", JSON.stringify(request), "--instance", "us-1")).toMatchObject({ code: 0 });
    expect(JSON.stringify(fake.nodes("us-1"))).toContain("Basic ");
    const { code, stdout, stderr } = await run("audit", "--json");
    expect(code).toBe(3);
    const report = auditReport.parse(JSON.parse(stdout));
    expect(report.live?.instances[0]?.keepsCredentialsOf).toEqual(["eu-1"]);
    expect(report.unaccounted.calls).toMatchObject([{ by: "pulumi-harper", request: { authorization: "[secret]" } }]);
    expect(stdout + stderr).not.toContain(password);
    expect(stdout).not.toContain(Buffer.from(`admin:${password}`).toString("base64").slice(8, -4));
  });

  test("fails where an instance does not answer, after all that is known", async () => {
    const fake = await open();
    await fake.stop("eu-1");
    const { code, stdout, stderr } = await run("audit", "--json");
    expect(code).toBe(1);
    expect(stderr).toContain("not asked: eu-1: ");
    expect(JSON.parse(stdout)).toMatchObject({ live: { instances: [{ name: "us-1" }], silent: [{ name: "eu-1" }] } });
  });

  test.each([
    ["--last", "none"],
    ["--log", "absent.jsonl"],
  ])("is called wrongly with %s %s", async (flag, value) => {
    await open();
    expect(await run("audit", flag, value)).toMatchObject({ code: 2, stderr: expect.stringContaining(value) });
  });
});
