import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, empty } from "../../scripts/demo/harper.mts";
import { must, type Outcome, run } from "../../scripts/demo/run.mts";
import { type AuditReport, auditReport } from "../../topology/audit/report";
import { frontEnds, harper, openStack, project, type TestStack } from "./stack";

describe.each(frontEnds)("$name", ({ name, example }) => {
  const { "us-1": us, "eu-1": eu } = harper();
  const stackName = `audit-${name.split(" ")[0]}`;
  let stack: TestStack;
  let second: string;
  const log = () => join(stack.folder, "audit.jsonl");
  const said: string[] = [];
  const command = (...args: string[]): Promise<Outcome> =>
    run("node", [join(project, "dist/cli/main.js"), ...args], { cwd: stack.folder });
  const git = async (...args: string[]) =>
    (
      await must("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: stack.folder })
    ).stdout.trim();
  const commit = async (message: string) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  async function audited(...flags: string[]): Promise<{ report: AuditReport; outcome: Outcome }> {
    const outcome = await command("audit", "--json", ...flags);
    said.push(outcome.stdout + outcome.stderr);
    return { outcome, report: auditReport.parse(JSON.parse(outcome.stdout || outcome.stderr)) };
  }

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack(stackName, example);
    await stack.must("config", "set", "harper:auditLog", "absent/audit.jsonl");
    writeFileSync(join(stack.folder, ".gitignore"), "audit.jsonl\n");
    await git("init", "--quiet", "--initial-branch", "main");
  });
  afterAll(() => empty(harper()));

  test("a log that cannot be written stops the preview", async () => {
    const refused = await stack.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(join(stack.folder, "absent/audit.jsonl"));
    await stack.must("config", "set", "harper:auditLog", "audit.jsonl");
  });

  test("each update is there with its commit, its calls, what they were answered, and what both ends have", async () => {
    const first = await commit("Three instances");
    expect(await stack.up()).toMatchObject({ code: 0 });
    const orders = 'table: "orders" }';
    expect(stack.read()).toContain(orders);
    stack.write(stack.read().replace(orders, 'table: "orders", publish: false }'));
    second = await commit("eu-1 sends its orders, and gets none");
    expect(await stack.up()).toMatchObject({ code: 0 });
    writeFileSync(join(stack.folder, "notes.txt"), "not committed");
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect(statSync(log()).mode & 0o777).toBe(0o600);

    const { report, outcome } = await audited();
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
    const { updates, unaccounted, live } = report;
    expect(report.stack).toMatch(new RegExp(`^[\\w-]+/${stackName}$`));
    expect(unaccounted).toEqual({ steps: [], calls: [] });
    expect(updates).toMatchObject([
      { number: 3, kind: "destroy", result: "succeeded", commit: second, isDirty: true },
      { number: 2, kind: "update", commit: second, isDirty: false, author: "Ada <ada@example.com>", branch: "main" },
      {
        number: 1,
        kind: "update",
        commit: first,
        message: "Three instances",
        topology: expect.stringMatching(/^adds 3 inst/),
      },
    ]);
    const [destroyed, changed, made] = updates;
    expect(made?.steps.map(({ kind, resource, outcome: end, stack: of }) => [kind, resource, end, of]).sort()).toEqual(
      ["Node", "Node", "Route", "Subscription", "Subscription"].map((one) => ["create", one, "done", report.stack]),
    );
    const operations = (update: typeof made) => [...new Set(update?.calls.map(({ operation }) => operation))].sort();
    expect(operations(made)).toEqual(expect.arrayContaining(["add_node", "update_node"]));
    expect(operations(changed)).toEqual(["update_node"]);
    expect(operations(destroyed)).toEqual(expect.arrayContaining(["remove_node", "update_node"]));
    for (const call of updates.flatMap(({ calls }) => calls))
      expect(call, call.text).toMatchObject({ outcome: "done", text: /\w/, steps: [{ stack: report.stack }] });

    expect(changed?.steps).toMatchObject([
      {
        kind: "update",
        resource: "Subscription",
        id: `${us.address}/${eu.address}/shop/orders`,
        urn: expect.stringContaining("::orders"),
        inputs: { table: "orders", publish: false },
        readBack: [
          { end: "us-1", found: { table: "orders", subscribe: true, publish: false } },
          { end: "eu-1", found: { table: "orders", subscribe: false, publish: true } },
        ],
      },
    ]);
    const gone = destroyed?.steps.find(({ id }) => id === `${us.address}/${eu.address}`);
    expect(gone?.readBack).toMatchObject([
      { end: "us-1", found: null },
      { end: "eu-1", found: null },
    ]);

    expect(live?.silent).toEqual([]);
    expect(live?.instances).toHaveLength(3);
    for (const instance of live?.instances ?? []) {
      expect(instance).toMatchObject({ version: "4.7.29", reachedBy: "plain HTTP", keepsCredentialsOf: [] });
      const own = instance.certificates?.find((one) => one.issuedBy === "its own authority" && !one.isAuthority);
      expect(own?.subject).toContain(`CN=${instance.reports}`);
      expect(own?.daysLeft).toBeGreaterThan(3000);
    }
  });

  test("the same in words", async () => {
    const { stdout, code } = await command("audit");
    said.push(stdout);
    expect(code).toBe(0);
    expect(stdout).toContain(`(${second.slice(0, 12)} and what was not committed, Ada <ada@example.com>)`);
    expect(stdout).toMatch(/update Subscription .*\/shop\/orders\n {4}\S+ update_node on us-1: Successfully updated/);
    expect(stdout).toMatch(
      /^us-1 +127\.\S+ +4\.7\.29 +plain HTTP +20\d\d-\d\d-\d\d \(3\d+ days, by its own authority\) +nobody$/m,
    );
  });

  test("what a command sends is in no update, and is found", async () => {
    const authorization = { username: eu.username, password: eu.password };
    const subscriptions = [{ database: "shop", table: "stock", subscribe: true, publish: false }];
    const node = { hostname: eu.address, verify_tls: false, retain_authorization: true, authorization, subscriptions };
    expect(await command("op", "add_node", JSON.stringify(node), "--instance", "us-1")).toMatchObject({ code: 0 });
    const { report, outcome } = await audited();
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining("1 call in no update of the stack") });
    expect(report.unaccounted).toMatchObject({
      steps: [],
      calls: [{ operation: "add_node", instance: "us-1", outcome: "done", request: { authorization: "[secret]" } }],
    });
    const kept = report.live?.instances.map(({ name: of, keepsCredentialsOf }) => [of, keepsCredentialsOf]);
    expect(kept).toContainEqual(["us-1", [eu.address]]);
  });

  test("no password is in the log, nor in what is made of it", () => {
    expect(said).toHaveLength(3);
    for (const { password } of Object.values(harper()))
      for (const text of [readFileSync(log(), "utf8"), ...said]) {
        expect(text.includes(password), "a password is in clear").toBe(false);
        const encoded = Buffer.from(`admin:${password}`).toString("base64");
        expect(text.includes(encoded.slice(8, -4)), "a password is in base64").toBe(false);
      }
  });
});
