import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { type Outcome, run } from "../../scripts/demo/run.mts";
import { Search } from "../secrets/canaries";
import { frontEnds, harper, openStack, state, type TestStack } from "./stack";

// Six previews in one test.
vi.setConfig({ testTimeout: 300_000 });

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
const canary = () => randomBytes(18).toString("base64url");

/** Given in the program itself, in a `target` and as `authorization`. */
const [inline, peer, wrong, userinfo] = [canary(), canary(), canary(), canary()];
/** Given in `harper:instances`. Of a token, what makes it one. */
const settings = { "the password of the cluster": us.password, token: "" };
const secrets = () => ({ ...settings, authorization: peer, "a wrong authorization": wrong, "a URL's": userinfo });
const everything = () => new Search({ ...secrets(), "an inline connection": inline });

beforeAll(async () => {
  await empty(harper());
  await createTables(harper(), ["orders", "prices"]);
  for (const instance of [us, eu])
    for (const [username, password] of Object.entries({ inline, peer })) {
      await ask(instance, { operation: "drop_user", username }).catch(() => undefined);
      await ask(instance, { operation: "add_user", username, password, role: "super_user", active: true });
    }
});
afterAll(() => empty(harper()));

/** Every file below a folder, with what is found in it. */
const foundBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .flatMap((file) =>
      everything()
        .in(textOf(file))
        .map((found) => `${file}: ${found}`),
    );

/** Another file's tests may have removed it since. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

describe.each(frontEnds)("on the $name, no secret is seen in clear, in whatever spelling", ({ example, module }) => {
  let stack: TestStack;
  const logs = join(state, `secrets-${example}`);
  const auditLog = join(state, "output", `secrets-${example}.jsonl`);
  /** What the engine itself logs of what it hands on comes from -v=9 on, and is Pulumi's: docs/guarantees.md. */
  const verbose = ["--logtostderr", "-v=7", "--debug"];
  const program = ({ login = `"Basic ${basic("peer", peer)}"`, table = "orders", more = "" } = {}) => `
import { Node, Route, Subscription } from "${module}";
const target = { endpoint: "${us.endpoint}", username: "inline", password: "${inline}" };
const eu = new Node("eu", { target: "us-1", hostname: "${eu.address}", verifyTls: false,
  subscriptions: [{ database: "shop", table: "${table}" }], authorization: ${login} });
new Route("us-1-to-eu-1", { target, hostname: "${eu.address}" });
new Route("ap-1-to-us-1", { target: "ap-1", hostname: "${us.address}" });
${more}
export const name = eu.name;
`;
  const clean = (outcome: Outcome, search = everything()) => {
    expect(search.in(outcome.stdout + outcome.stderr)).toEqual([]);
    return outcome;
  };

  beforeAll(async () => {
    rmSync(logs, { recursive: true, force: true });
    mkdirSync(logs, { recursive: true });
    stack = await openStack(`secrets-${example}`, example);
    await stack.must("config", "set", "harper:auditLog", auditLog);
    const { operation_token } = (await ask(ap, {
      operation: "create_authentication_tokens",
      username: ap.username,
      password: ap.password,
    })) as { operation_token: string };
    settings.token = operation_token.split(".").at(-1) ?? "";
    for (const name of ["username", "password"])
      await stack.must("config", "rm", "--path", `harper:instances.ap-1.${name}`);
    await stack.must("config", "set-all", "--path", "--secret", `harper:instances.ap-1.token=${operation_token}`);
  });

  test("nor when a create fails for its credentials, and is completed", async () => {
    stack.write(program({ login: `{ username: "admin", password: "${wrong}" }` }));
    const failed = clean(await stack.up("--diff", "--logtostderr"));
    expect(failed.code).not.toBe(0);
    stack.write(program({ login: `{ username: "peer", password: "${peer}" }` }));
    expect(clean(await stack.up("--diff", "--logtostderr"))).toMatchObject({ code: 0 });
  });

  test("nor when it is changed, looked at, refreshed and shown", async () => {
    stack.write(program({ table: "prices" }));
    clean(await stack.must("up", "--yes", "--diff"));
    clean(await stack.must("refresh", "--yes", "--diff"));
    for (const shown of [["output", "--json"], ["export"], ["history", "--json"]])
      clean(await stack.must("stack", ...shown));
    clean(await stack.pulumi("logs"));
  });

  test("nor in debug messages, the engine's log and the event log, but for Pulumi's own word on an inline connection", async () => {
    const search = new Search(secrets());
    const events = join(logs, "events.json");
    stack.write(program());
    const args = ["up", "--yes", "--skip-preview", "--event-log", events, ...verbose, "--non-interactive"];
    const { code, stdout, stderr } = await run("pulumi", args, {
      cwd: stack.folder,
      env: { PULUMI_DEBUG_COMMANDS: "true" },
    });
    expect(code).toBe(0);
    const log = readFileSync(events, "utf8");
    expect(log.length).toBeGreaterThan(5000);
    expect([...search.in(stdout), ...search.in(stderr), ...search.in(log)]).toEqual([]);
    // Pulumi's SDK for Node prints the answers that the program gets, with what is secret in them.
    const ours = (text: string) =>
      text.split("\n").filter((line) => !/RPC finished:|4dabf18193072939515e22adb298388d/.test(line));
    expect(everything().in(ours(stdout + stderr + log).join("\n"))).toEqual([]);
  });

  test("nor in what the engine records of its calls, where it is not marked as secret", async () => {
    const file = join(logs, "grpc.json");
    clean(
      await run("pulumi", ["preview", "--refresh", "--non-interactive"], {
        cwd: stack.folder,
        env: { PULUMI_DEBUG_GRPC: file },
      }),
    );
    const answers = readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Recorded);
    const given = answers.filter(({ method }) => method.startsWith("/pulumirpc.ResourceProvider/"));
    expect(given.length).toBeGreaterThan(5);
    // To a dynamic provider the engine gives everything in clear, and takes it back so; it marks by the names of inputs.
    const ours = given.map(({ response }) =>
      unmarked(response, module === "pulumi-harper" ? ["target", "authorization"] : []),
    );
    expect(everything().in(JSON.stringify(ours))).toEqual([]);
  });

  test("nor in what is refused: misspelt, with credentials in a URL, on a host that is none", async () => {
    const refused = async (source: string, more: RegExp) => {
      stack.write(`// @ts-nocheck\n${source}`);
      const outcome = clean(await stack.pulumi("preview"));
      expect(outcome.code).not.toBe(0);
      expect(outcome.stdout + outcome.stderr).toMatch(more);
    };
    await refused(program().replace("const target = {", "const target = { user: 1,"), /user/);
    const url = (where: string) => `wss://admin:${userinfo}@${where}:9933`;
    const more = `new Route("url", { target: "us-1", url: "${url("h")}" });
new Node("host", { target: "us-1", hostname: "admin:${userinfo}@h", replicateByDefault: false });
new Node("node", { target: "us-1", url: "${url("h")}", replicateByDefault: false });`;
    await refused(program({ more }), /must not carry credentials|must be a host/);
    const endpoint = us.endpoint.replace("//", `//admin:${userinfo}@`);
    await refused(program().replace(us.endpoint, endpoint), /must not carry credentials/);
    await stack.must("config", "set", "--path", "harper:instances.us-1.endpoint", endpoint);
    await refused(program(), /must not carry credentials/);
    await stack.must("config", "set", "--path", "harper:instances.us-1.endpoint", us.endpoint);
    stack.write(program().replace(`hostname: "${eu.address}", v`, 'hostname: "no-such-host.invalid", v'));
    expect(clean(await stack.up()).code).not.toBe(0);
  });

  test("nor when the engine is killed in the middle", async () => {
    stack.write(program());
    clean(await stack.destroy("--logtostderr"));
    const kill = new AbortController();
    const killed = run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: stack.folder,
      kill: kill.signal,
    });
    await expect.poll(() => peers(us), { timeout: 60_000, interval: 20 }).not.toEqual([]);
    kill.abort();
    expect(clean(await killed).code).not.toBe(0);
    clean(await stack.pulumi("cancel", "--yes"));
    expect(clean(await stack.up("--refresh"))).toMatchObject({ code: 0 });
  });

  // Of the dynamic provider nothing can be imported.
  if (module.endsWith("native"))
    test("nor when it is imported", async () => {
      await stack.must("state", "delete", "--yes", "--all");
      const id = `${us.address}/${eu.address}`;
      clean(
        await stack.must("import", "harper:index:Node", "eu", id, "--yes", "--protect=false", "--generate-code=false"),
      );
      clean(await stack.must("stack", "export"));
      clean(await stack.up("--diff"));
    });

  test("nor in any file: state, checkpoints, history, logs, what commands printed", async () => {
    clean(await stack.destroy());
    expect(readFileSync(auditLog, "utf8")).toContain('"authorization":"[secret]"');
    expect(["pulumi-home", "backend", "output"].flatMap((folder) => foundBelow(join(state, folder)))).toEqual([]);
  });
});

const basic = (username: string, password: string) => Buffer.from(`${username}:${password}`).toString("base64");

interface Recorded {
  method: string;
  response?: unknown;
}

/** A recorded answer without what is marked as secret in it, or is one of these properties. */
function unmarked(value: unknown, properties: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => unmarked(one, properties));
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return "marked";
  const entries = Object.entries(value).filter(([key]) => !properties.includes(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, unmarked(inner, properties)]));
}
