import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Bench, command, password, startPair } from "./harness";

let bench: Bench;
let folder: string;
beforeEach(async () => {
  bench = await startPair();
  folder = join(bench.folder, "cluster");
});
afterEach(() => {
  vi.unstubAllEnvs();
  return bench.close();
});

const orders = { database: "shop", table: "dog" };
const adopt = (...args: string[]) => command("import", "--dir", folder, "--dry-run", ...args);
const known = () => ["--instances", bench.file];
const joined = (subscriptions?: object[]) => {
  const authorization = { username: "admin", password };
  const node = { hostname: "eu-1", verifyTls: false, authorization, ...(subscriptions && { subscriptions }) };
  return command("op", "add_node", JSON.stringify(node), "--instance", "us", ...known());
};

describe("--dry-run", () => {
  test("prints every file and command, without a password, and touches nothing", async () => {
    await joined([{ ...orders, subscribe: true, publish: false }]);
    const shown = await adopt(...known(), "--stack", "prod");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "import.json", "commands"])
      expect(shown.stdout).toContain(`--- ${name}\n`);
    expect(shown.stdout).toContain("name: cluster\nruntime: nodejs\n");
    expect(shown.stdout).toContain('const usEuNode = new Node("us/eu", {\n  target: "us",\n  peer: "eu",\n');
    expect(shown.stdout).toContain('"id": "us-1/eu-1/shop/dog"');
    expect(shown.stdout).toContain("pulumi stack init prod\n");
    expect(shown.stdout).toContain(
      `pulumi config set --secret --path 'harper:instances["eu"].password'   # from standard input\n`,
    );
    expect(shown.stdout).not.toContain(password);
    expect(existsSync(folder)).toBe(false);
  });

  test("two that replicate everything are a Cluster, and with --flat a Node", async () => {
    await joined();
    expect((await adopt(...known())).stdout).toContain('shape: { type: "mesh" }');
    expect((await adopt(...known(), "--flat")).stdout).toContain(
      'new Node("eu", { target: "us", peer: "eu", hostname: "eu-1" });',
    );
  });

  test("from one member: its peers are known by what it stores, and sent nothing", async () => {
    await joined();
    vi.stubEnv("HARPER_PASSWORD", password);
    const calls = bench.fake.instances["eu-1"]?.calls.length;
    const { endpoint } = bench.fake.instances["us-1"] ?? { endpoint: "" };
    const shown = await adopt("--from", endpoint, "--username", "admin");
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining("is us-1, and knows eu-1\n") });
    expect(shown.stderr).toContain("note: eu-1 is declared by what its partners store of it");
    expect(shown.stdout).toContain('new Node("eu-1", { target: "us-1", hostname: "eu-1" });');
    expect(bench.fake.instances["eu-1"]?.calls.length).toBe(calls);
  });

  test("--try-peers sends credentials to nobody over plain HTTP", async () => {
    await joined();
    vi.stubEnv("HARPER_PASSWORD", password);
    const { endpoint } = bench.fake.instances["us-1"] ?? { endpoint: "" };
    const shown = await adopt("--from", endpoint, "--username", "admin", "--try-peers", "--yes");
    expect(shown).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/eu-1 is not tried: http:\/\/eu-1:\d+ would send credentials over plain HTTP/),
    });
    expect(shown.stderr).not.toContain("are asked");
  });

  test("what one end alone has is named", async () => {
    await joined([{ ...orders, subscribe: true, publish: true }]);
    const remove = JSON.stringify({ hostname: "us-1" });
    bench.fake.cut("us-1", "eu-1");
    await command("op", "remove_node", remove, "--instance", "eu", ...known());
    const shown = await adopt(...known());
    expect(shown.stderr).toBe("to mend: us knows eu, and eu has no record of us\n");
    expect(shown.stdout).toContain("// To mend: us knows eu, and eu has no record of us.");
    expect(await adopt(...known(), "--shape")).toMatchObject({
      code: 2,
      stderr: "pulumi-harper: --shape: no shape fits: us knows eu, and eu has no record of us\n",
    });
  });

  test("an instance that does not answer is named, and the others are declared", async () => {
    await joined();
    await bench.fake.stop("eu-1");
    const shown = await adopt(...known());
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringMatching(/note: eu was not asked: /) });
    expect(shown.stdout).toContain('new Node("eu-1", { target: "us", hostname: "eu-1" });');
  });
});

describe("refused, with nothing written", () => {
  const holding = (name: string, text: string) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  test.each([
    ["a program", "index.ts", "new Thing();", /has index.ts already; nothing is overwritten/],
    ["an earlier import", "import.json", "{}", /has import.json already/],
    ["something else", "letter.txt", "", /is neither empty nor a Pulumi project \(letter.txt\)/],
    ["a project whose program is elsewhere", "Pulumi.yaml", "runtime: nodejs\nmain: src\n", /has the program src/],
    ["a project in another language", "Pulumi.yaml", "runtime: python\n", /is a project of another language/],
    [
      "a project with other plugins",
      "Pulumi.yaml",
      "runtime: nodejs\nplugins:\n  providers: []\n",
      /add to its plugins/,
    ],
  ])("%s", async (_what, name, text, message) => {
    await joined();
    holding(name, text);
    const refused = await adopt(...known());
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
    expect(readdirSync(folder)).toEqual([name]);
  });

  test("instances that know nobody", async () => {
    expect(await adopt(...known())).toMatchObject({
      code: 1,
      stderr: "pulumi-harper: there is nothing to import: the instances know nobody\n",
    });
  });

  test("nobody at the terminal to say yes, and none to type a password", async () => {
    await joined();
    expect(await command("import", "--dir", folder, ...known())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--yes"),
    });
    expect(existsSync(folder)).toBe(false);
    vi.stubEnv("HARPER_PASSWORD", undefined);
    expect(await adopt("--from", "http://127.0.0.1:1", "--username", "admin")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--password-stdin"),
    });
  });
});

test("the file of the instances may lie in the folder", async () => {
  await joined();
  expect(await command("import", "--dry-run", "--dir", bench.folder, ...known())).toMatchObject({ code: 0 });
});

test("a project without a program keeps its files, and gets what is missing", async () => {
  await joined();
  mkdirSync(folder);
  writeFileSync(join(folder, "Pulumi.yaml"), "name: mine\nruntime:\n  name: nodejs\n");
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "mine", dependencies: { "@pulumi/pulumi": "3.250.0" } }),
  );
  const { stdout } = await adopt(...known());
  expect(stdout).toContain("--- Pulumi.yaml\nname: mine\nruntime:\n  name: nodejs\n# The plugin");
  expect(stdout).toMatch(/"@pulumi\/pulumi": "3.250.0",\n {4}"pulumi-harper": "\^\d/);
  // The one that Pulumi brings does not know these settings.
  expect(stdout).toMatch(/"typescript": "\d/);
});
