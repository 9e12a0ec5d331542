import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readInstances } from "../../cli/connections.js";

const password = "pw-canary-9e02";
const us = { endpoint: "http://127.0.0.1:9925", username: "admin", password };
let folder: string;
let home: string;
beforeEach(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
  process.chdir(folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const failure = (where: Parameters<typeof readInstances>[0]) =>
  readInstances(where).then(
    () => expect.unreachable(),
    (error: Error) => error.message,
  );

/** A `pulumi` that prints this and exits with that, on a PATH of its own. */
function pulumiPrints(output: string, { code = 0, stderr = "" } = {}) {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const script = `#!/bin/sh\nprintf '%s' '${output}'\necho '${stderr}' >&2\necho "$@" > '${folder}/args'\nexit ${code}\n`;
  writeFileSync(join(bin, "pulumi"), script);
  chmodSync(join(bin, "pulumi"), 0o755);
  vi.stubEnv("PATH", bin);
  writeFileSync("Pulumi.yaml", "name: x\nruntime: nodejs\n");
}

test.each([
  ["harper:instances", { us }],
  ["a cluster.json", { instances: { us: { ...us, address: "127.0.0.1", replicationUrl: "wss://127.0.0.1:9933" } } }],
])("a file of %s", async (_, content) => {
  writeFileSync("file.json", JSON.stringify(content));
  expect((await readInstances({ instances: "file.json" })).instances).toEqual({ us });
});

test("the stack's configuration, its secrets in clear", async () => {
  const value = JSON.stringify({ us });
  pulumiPrints(JSON.stringify({ "harper:instances": { value, secret: true }, "x:y": { value: "1" } }));
  expect((await readInstances({ stack: "dev" })).instances).toEqual({ us });
});

test("a stack that describes a single instance", async () => {
  const entries = Object.entries(us).map(([key, value]) => [`harper:${key}`, { value }]);
  pulumiPrints(JSON.stringify(Object.fromEntries(entries)));
  expect((await readInstances({})).instances).toEqual({ default: us });
});

test("the local cluster, where the project knows no instances", async () => {
  pulumiPrints("{}");
  mkdirSync(".pulumi-harper");
  const local = { ...us, address: "127.0.0.1", replicationUrl: "wss://127.0.0.1:9933" };
  writeFileSync(".pulumi-harper/cluster.json", JSON.stringify({ instances: { "node-1": local } }));
  expect((await readInstances({})).instances).toEqual({ "node-1": us });
});

test("where there are none, one error names the three places", async () => {
  expect(await failure({})).toMatchInlineSnapshot(`
    "no instances are known; three places were looked at:
      --instances FILE: not given
      a Pulumi project: there is none in this folder
      .pulumi-harper/cluster.json: not there (pulumi-harper cluster up makes it)"
  `);
  pulumiPrints("", { code: 255, stderr: "error: no stack selected" });
  expect(await failure({})).toContain("the Pulumi project in this folder: pulumi config: no stack selected");
});

test("a stack that is named and cannot be read is an error by itself", async () => {
  pulumiPrints("", { code: 255, stderr: "error: no stack named nope" });
  expect(await failure({ stack: "nope" })).toBe("pulumi config: no stack named nope");
  vi.stubEnv("PATH", folder);
  expect(await failure({ stack: "nope" })).toBe("pulumi is not on PATH");
});

test("no message carries a credential", async () => {
  writeFileSync("broken.json", `{"us": {"password": "${password}"`);
  expect(await failure({ instances: "broken.json" })).toBe("--instances broken.json: is not JSON of instances by name");
  writeFileSync("flat.json", JSON.stringify({ us: password }));
  expect(await failure({ instances: "flat.json" })).toBe("--instances flat.json: is not JSON of instances by name");
  writeFileSync("list.json", "[]");
  expect(await failure({ instances: "list.json" })).toBe("--instances list.json: is not JSON of instances by name");
  writeFileSync("empty.json", "{}");
  expect(await failure({ instances: "empty.json" })).toBe("no instances are configured there");
  writeFileSync("wrong.json", JSON.stringify({ us: { ...us, endpoint: `http://admin:${password}@h:1` } }));
  expect(await failure({ instances: "wrong.json" })).not.toContain(password);
  expect(await failure({ instances: "none.json" })).toBe("--instances none.json: there is no such file");
});
