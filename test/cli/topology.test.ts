import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, command, password, startPair } from "./harness";

let bench: Bench;
beforeEach(async () => {
  bench = await startPair();
});
afterEach(() => bench.close());

const run = (...args: string[]) => command(...args, "--instances", bench.file);
const joined = (subscriptions?: object[]) => {
  const authorization = { username: "admin", password };
  const node = { hostname: "eu-1", verifyTls: false, authorization, ...(subscriptions && { subscriptions }) };
  return run("op", "add_node", JSON.stringify(node), "--instance", "us");
};
const orders = { database: "shop", table: "orders" };

describe("topology", () => {
  test("instances that know nobody", async () => {
    const shown = await run("topology");
    expect(shown).toMatchObject({ code: 0, stderr: "they know nobody\n" });
    expect(shown.stdout).toMatch(
      /^INSTANCE +REPORTS +VERSION +SOCKETS +ROUTES\nus +us-1 +4\.7\.29 +0 of 0 +0\neu +eu-1/,
    );
  });

  test("edges, as both ends store them, in each of the three forms", async () => {
    await joined([{ ...orders, subscribe: true, publish: false }]);
    expect((await run("topology")).stdout).toMatch(/\n\nFROM +TO +WHAT\neu +-> +us +shop\.orders\n$/);
    expect((await run("topology", "--mermaid")).stdout).toBe(
      'flowchart LR\n  n0["eu"]\n  n1["us"]\n  n0 -->|"shop.orders"| n1\n',
    );
    expect(JSON.parse((await run("topology", "--json")).stdout)).toEqual({
      members: { eu: { reports: "eu-1" }, us: { reports: "us-1" } },
      links: [{ between: ["eu", "us"], full: false, flows: [{ ...orders, from: "eu", to: "us" }] }],
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      silent: [],
    });
  });

  test("a mesh is a box", async () => {
    await joined();
    expect((await run("topology")).stdout).toMatch(/eu, us +<-> +each other +everything/);
    expect((await run("topology", "--mermaid")).stdout).toContain(
      'subgraph m0["everything"]\n    n0["eu"]\n    n1["us"]\n  end',
    );
  });

  test("--watch shows the sockets, and again where they are otherwise", async () => {
    await joined([{ ...orders, subscribe: true, publish: true }]);
    const looks = () =>
      bench.fake.instances["eu-1"]?.calls.filter(({ operation }) => operation === "cluster_status").length;
    await expect.poll(async () => (await run("topology")).stdout).toMatch(/us +us-1 +\S+ +1 of 1/);
    const before = looks() ?? 0;
    const watched = run("topology", "--watch", "0.02", "--for", "2");
    await expect.poll(looks).toBeGreaterThan(before + 1);
    bench.fake.fail("eu-1", { operation: "cluster_status", fault: { kind: "status", status: 401, error: "no" } });
    const { code, stdout } = await watched;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INSTANCE +FROM +DATABASE +SOCKET +LATENCY +BEHIND +BACK-PRESSURE\n/);
    expect(stdout).toMatch(/us +eu +shop +open/);
    expect(stdout).toMatch(/not asked: eu: /);
    expect(await run("topology", "--watch", "soon")).toMatchObject({ code: 2 });
    expect(await run("topology", "--watch", "--json")).toMatchObject({ code: 2 });
  });

  test("an instance that does not answer is named, and the others are shown", async () => {
    await joined([{ ...orders, subscribe: true, publish: true }]);
    bench.fake.fail("eu-1", {
      operation: "cluster_status",
      fault: { kind: "status", status: 401, error: "Login failed" },
    });
    const shown = await run("topology");
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringMatching(/^not asked: eu: /) });
    expect(shown.stdout).toMatch(/eu-1 +<-> +us +shop\.orders/);
  });
});

const resource = (type: string, name: string, inputs: object) => ({
  urn: `urn:pulumi:dev::shop::harper:index:${type}::${name}`,
  type: `harper:index:${type}`,
  inputs,
});

/** The file of a plan that creates these. */
function plan(...resources: ReturnType<typeof resource>[]): string {
  const file = join(bench.folder, "plan.json");
  writeFileSync(
    file,
    JSON.stringify({ steps: resources.map((newState) => ({ op: "create", urn: newState.urn, newState })) }),
  );
  return file;
}

function holding(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

describe("check", () => {
  const node = () =>
    resource("Node", "eu", { target: "us", peer: "eu", hostname: "eu-1", replicateByDefault: false, verifyTls: false });
  const edge = (table: string) =>
    resource("Subscription", table, { target: "us", node: "eu-1", database: "shop", table });

  test("asks the live instances for tables, and exits with 3 for an error", async () => {
    const checked = await run("check", "--preview", plan(node(), edge("bird")));
    expect(checked).toMatchObject({ code: 3, stderr: "pulumi-harper: 2 errors, 1 warning\n" });
    expect(checked.stdout).toBe(
      'error missing-table: "bird" declares shop.bird, which us does not have\nerror missing-table: "bird" declares shop.bird, which eu does not have\nwarning unverified-tls: "eu" joins eu at us without verifying its certificate\n',
    );
  });

  test("asks nobody with --offline; a warning is an error with --strict", async () => {
    await bench.fake.close();
    const file = plan(node(), edge("bird"));
    expect(await run("check", "--preview", file, "--offline")).toMatchObject({
      code: 0,
      stderr: "no errors, 1 warning\n",
    });
    expect(await run("check", "--preview", file, "--offline", "--strict")).toMatchObject({ code: 3 });
  });

  test.each([".", "below"])(
    "a silence in pulumi-harper.json beside Pulumi.yaml keeps the finding with its reason, --cwd %s",
    async (folder) => {
      const file = plan(node(), edge("dog"));
      const project = join(bench.folder, "project");
      mkdirSync(join(project, "below"), { recursive: true });
      writeFileSync(join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
      const silence = [{ rule: "unverified-tls", reason: "all on one machine" }];
      writeFileSync(join(project, "pulumi-harper.json"), JSON.stringify({ checks: { silence } }));
      const before = process.cwd();
      const checked = await run("check", "--preview", file, "--json", "--cwd", join(project, folder)).finally(() =>
        process.chdir(before),
      );
      expect(checked).toMatchObject({ code: 0, stderr: "no errors, no warnings, 1 silenced\n" });
      expect(JSON.parse(checked.stdout).findings).toMatchObject([
        { rule: "unverified-tls", silenced: "all on one machine" },
      ]);
    },
  );

  test.each([
    ["not there", "--preview .*not-there.json: ENOENT", (file: string) => `${file}-not-there.json`],
    ["no plan", "is not what pulumi preview --json --show-sames prints", (file: string) => holding(file, "nothing")],
    [
      "without what stays as it is",
      "it needs --show-sames",
      (file: string) => holding(file, JSON.stringify({ steps: [], changeSummary: { same: 3 } })),
    ],
    [
      "of a preview that failed",
      "the preview failed: hostname is missing",
      (file: string) =>
        holding(file, JSON.stringify({ diagnostics: [{ severity: "error", message: "hostname is missing" }] })),
    ],
  ])("a file that is %s", async (_what, message, make) => {
    const checked = await run("check", "--offline", "--preview", make(join(bench.folder, "plan.json")));
    expect(checked.code).toBeGreaterThan(0);
    expect(checked.stderr).toMatch(new RegExp(message));
  });
});

describe("review", () => {
  const node = () => resource("Node", "eu", { target: "us", peer: "eu", hostname: "eu-1", replicateByDefault: false });
  const edge = () =>
    resource("Subscription", "dog", {
      target: "us",
      node: "eu-1",
      database: "shop",
      table: "dog",
      subscribe: true,
      publish: true,
    });

  test("asks the live instances, or reads a snapshot of them, and says the same", async () => {
    const file = plan(node(), edge());
    const asked = await run("review", "--preview", file);
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining("+ edge eu <-> us: shop.dog") });
    const snapshot = join(bench.folder, "live.json");
    const { stdout } = await run("topology", "--snapshot");
    expect(stdout).not.toContain(password);
    writeFileSync(snapshot, stdout);
    await bench.fake.close();
    expect(await run("review", "--preview", file, "--snapshot", snapshot)).toEqual(asked);
  });

  test("offline it says no figures and pins nothing", async () => {
    await bench.fake.close();
    const { code, stdout } = await run("review", "--preview", plan(node(), edge()), "--offline");
    expect(code).toBe(0);
    expect(stdout).toContain("no row that is there already arrives, of eu and us");
    expect(stdout).not.toContain("expectedTopology");
  });

  test("what was found before is not new, though only the new program has the instance's name", async () => {
    const [old, now] = [{}, { peer: "eu" }].map((named) =>
      resource("Node", "eu", { target: "us", hostname: "eu-1", verifyTls: false, ...named }),
    );
    const step = { op: "update", urn: now?.urn, oldState: old, newState: now };
    const file = holding(join(bench.folder, "plan.json"), JSON.stringify({ steps: [step] }));
    const { stdout } = await run("review", "--preview", file, "--offline", "--format", "json");
    expect(JSON.parse(stdout).findings).toEqual([]);
  });

  test("as a page, into a file", async () => {
    const out = join(bench.folder, "review.html");
    expect(await run("review", "--preview", plan(node()), "--format", "html", "--out", out)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `wrote ${out}\n`,
    });
    expect(readFileSync(out, "utf8")).toMatch(/^<!doctype html>/);
  });

  test("a snapshot that is none", async () => {
    const file = plan(node());
    expect(await run("review", "--preview", file, "--snapshot", file)).toMatchObject({ code: 2 });
  });
});
