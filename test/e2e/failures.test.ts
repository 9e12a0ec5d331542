import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readCluster, startInstance, stopInstance } from "../../cli/cluster";
import { ask, createTables, empty, type Name, names, peers, routes } from "../../scripts/demo/harper.mts";
import type { Outcome } from "../../scripts/demo/run.mts";
import { frontEnds, harper, hostnames, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();

/** What a command said of each resource under "Diagnostics", errors only. */
function errorsIn({ stdout, stderr }: Outcome): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  let resource = "";
  for (const line of `${stdout}${stderr}`.split("Diagnostics:").slice(1).join("").split("\n")) {
    const [, heading] = /^ {2}\S+ \((.+)\):$/.exec(line) ?? [];
    if (heading) resource = heading;
    const [, text] = /^ {4}error: (.*)$/.exec(line) ?? [];
    if (text) errors[resource] = [...(errors[resource] ?? []), text];
  }
  // The engine's own summary of the stack is the same whatever failed.
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !/^(quickstart|native)-/.test(name)));
}

/** Lines of a stack trace; with --continue-on-error Pulumi's own SDK prints some. */
const traceIn = ({ stdout, stderr }: Outcome) =>
  (stdout + stderr)
    .split("\n")
    .filter((line) => /^\s+at \S+.*:\d+:\d+\)?$/.test(line) && !/@pulumi\/runtime|node:internal/.test(line));

const set = (name: Name, rest: Record<string, string>) =>
  Object.entries(rest).flatMap(([key, value]) => [
    key === "password" ? "--secret" : "--plaintext",
    `harper:instances.${name}.${key}=${value}`,
  ]);

describe.each(frontEnds)("what goes wrong, on the $name", ({ example, module }) => {
  let stack: TestStack;
  /** For one test: what it was before is there again after it, however it ends. */
  const withProgram = (more: string) => {
    const program = stack.read();
    stack.write(`${program}\n${more}\n`);
    onTestFinished(() => stack.write(program));
  };
  const configureFor = async (name: Name, wrong: Record<string, string>, right: Record<string, string>) => {
    await configure(...set(name, wrong));
    onTestFinished(async () => void (await configure(...set(name, right))));
  };
  const stock = `new Subscription("stock", { target: "us-1", node: ap.name, database: "shop", table: "stock" });`;
  const configure = (...settings: string[]) => stack.must("config", "set-all", "--path", ...settings);
  const routeTo = (name: string, port: number) =>
    `new Route("${name}", { target: "eu-1", url: "wss://127.0.0.1:${port}" });`;

  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    for (const instance of [us, eu, ap]) {
      await ask(instance, { operation: "drop_user", username: "pulumi" }).catch(() => undefined);
      await ask(instance, {
        operation: "add_user",
        username: "pulumi",
        password: "first-secret-word",
        role: "super_user",
        active: true,
      });
    }
    stack = await openStack(`failures-${example}`, example, [
      ...hostnames(),
      ...names.flatMap((name) => set(name, { username: "pulumi", password: "first-secret-word" })),
    ]);
    expect(await stack.up()).toMatchObject({ code: 0 });
  });
  afterAll(() => empty(harper()));

  test("a rotated password changes no resource", async () => {
    await ask(us, { operation: "alter_user", username: "pulumi", password: "second-secret-word" });
    await configure(...set("us-1", { password: "second-secret-word" }));
    // A refresh uses the settings of the last up until the program is run.
    const refreshed = await stack.drift();
    expect(refreshed).toMatchObject({ code: 0, stdout: expect.stringContaining("6 unchanged") });
    expect(refreshed.stdout).toMatch(/not verified, its state is kept\. .*credentials were refused/i);
    const { code, stdout } = await stack.up("--expect-no-changes");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("6 unchanged") });
    const again = await stack.drift();
    expect(again.code).toBe(0);
    expect(again.stdout).not.toContain("not verified");
  });

  test("a wrong password fails each write with one clear text, and loses nothing", async () => {
    const before = await stack.ids();
    await configureFor("us-1", { password: "a-wrong-word" }, { password: "second-secret-word" });
    withProgram(stock);
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(errorsIn(failed)).toEqual({
      stock: [expect.stringMatching(/on us-1: .*credentials were refused/i)],
    });
    expect(traceIn(failed)).toEqual([]);
    expect(await stack.ids()).toEqual(before);
  });

  test("a stopped instance fails what is to be written on it, and nothing else; later it is completed", async () => {
    const instance = Object.values(
      readCluster(dirname(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""))?.instances ?? {},
    )[1];
    if (!instance) throw new Error("the cluster is gone");
    const before = await stack.ids();
    await stopInstance(instance, { signal: "SIGKILL" });
    withProgram([routeTo("one", 9001), routeTo("two", 9002), stock].join("\n"));
    let failed: Outcome;
    try {
      failed = await stack.up("--continue-on-error");
    } finally {
      await startInstance(instance);
    }
    expect(failed.code).not.toBe(0);
    const text = [expect.stringMatching(/on eu-1: .*Nothing answers there/)];
    expect(errorsIn(failed)).toEqual({ one: text, two: text });
    expect(traceIn(failed)).toEqual([]);
    expect(await stack.ids()).toEqual([...before, `${us.address}/${ap.address}/shop/stock`].sort());

    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 2 created") });
    // Which of the new ones is first is up to the engine, unless it starts both together.
    const [first, ...added] = await routes(eu);
    expect([first, ...added.sort()]).toEqual([
      `wss://${us.address}:9933`,
      "wss://127.0.0.1:9001",
      "wss://127.0.0.1:9002",
    ]);
  });

  test("an unknown host fails the write with one clear text", async () => {
    const before = await stack.ids();
    const elsewhere = "https://no-such-host.invalid:9925";
    await configureFor("eu-1", { endpoint: elsewhere }, { endpoint: eu.endpoint });
    withProgram([routeTo("one", 9001), routeTo("two", 9002), stock, routeTo("three", 9003)].join("\n"));
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(errorsIn(failed)).toEqual({
      three: [expect.stringMatching(/on eu-1: .*no-such-host\.invalid.*Nothing answers/)],
    });
    expect(traceIn(failed)).toEqual([]);
    expect(await stack.ids()).toEqual(before);
  });

  test("wrong input fails in preview with the property's path, before any call", async () => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls++;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const wrong = await openStack(`wrong-input-${example}`, example, set("us-1", { endpoint }));
    wrong.write(`import { Node } from "${module}";
new Node("eu", { target: "us-1", hostname: "eu", subscriptions: [{ database: "shop" } as never] });
`);
    const previewed = await wrong.pulumi("preview");
    server.close();
    expect(previewed.code).not.toBe(0);
    expect(previewed.stdout).toContain("subscriptions[0].table");
    expect(traceIn(previewed)).toEqual([]);
    expect(calls).toBe(0);
  });

  test("what is there: the different is refused, naming adopt; the identical is adopted, and that is said", async () => {
    const before = await peers(us);
    // With claims, preview would refuse what another stack has.
    const claims = ["--plaintext", "harper:claims=off"];
    const other = await openStack(`adoption-${example}`, example, [...hostnames(), ...claims]);
    const program = other.read();
    other.write(program.replace('table: "prices", subscribe: false', 'table: "prices"'));
    const refused = await other.up("--continue-on-error");
    expect(refused.code).not.toBe(0);
    expect(errorsIn(refused)).toEqual({
      prices: [
        expect.stringMatching(/it is there already and differs: subscribe is false, declared is true.*adopt: "always"/),
      ],
    });
    expect(refused.stdout).toMatch(/Node \S+ is there already: adopted, it is as declared/);
    expect(refused.stdout).toMatch(/Route \S+ is there already: adopted, it is as declared/);
    expect(await peers(us)).toEqual(before);

    other.write(program);
    const adopted = await other.up();
    expect(adopted).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 1 created") });
    expect(adopted.stdout).toMatch(/Subscription \S+\/shop\/prices is there already: adopted, it is as declared/);
    expect(await peers(us)).toEqual(before);
  });
});
