import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { CreateRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fakeWorld } from "../lifecycle/fake-world";
import { authorizationOf, connectionsOf, peersOf } from "../lifecycle/world";
import { call, Engine, launcher } from "./engine";
import { configure, resourceAt, struct } from "./provider";

let engine: Engine;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
beforeAll(() => {
  if (!existsSync(join(dirname(launcher), "bundle", "main.js")))
    throw new Error("plugin/bundle is missing: make build");
});
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  engine = await Engine.start();
});
afterEach(async () => {
  await engine.close();
  await fake.close();
});

const eu = () => ({
  target: "us",
  hostname: "eu-1",
  verifyTls: false,
  replicateByDefault: false,
  authorization: authorizationOf(world.instances.eu.connection),
});
const exitOf = async (child: ChildProcess) => (child.exitCode ?? (await once(child, "exit"))[0]) as number | null;
const asked = (operation: string) => () => fake.instances["us-1"]?.calls.some((one) => one.operation === operation);

test("the built plugin: its port is the first line, it works, and ends with 0 when the engine cancels", async () => {
  const { client, child } = await engine.spawn();
  await configure(client, { instances: connectionsOf(world) });
  expect((await resourceAt(client, "Node").create(eu())).id).toBe("us-1/eu-1");
  await call(client, "cancel", new Empty());
  expect(await exitOf(child)).toBe(0);
});

test("an engine that was killed is noticed: what is under way is done, and the plugin ends", async () => {
  const { client, child } = await engine.spawn();
  await configure(client, { instances: connectionsOf(world) });
  fake.fail("us-1", { fault: { kind: "delay", ms: 7000 }, operation: "add_node" });
  const urn = "urn:pulumi:dev::p::harper:index:Node::it";
  void call(client, "create", new CreateRequest().setUrn(urn).setProperties(struct(eu()))).catch(() => undefined);
  await expect.poll(asked("add_node")).toBe(true);
  engine.vanish();
  expect(await exitOf(child)).toBe(0);
  expect((await peersOf(world, "us")).map(({ name }) => name)).toEqual(["eu-1"]);
}, 30_000);

test("a plugin that was killed between a call and its answer loses nothing: the next run adopts what is there", async () => {
  const { client, child } = await engine.spawn();
  await configure(client, { instances: connectionsOf(world) });
  fake.fail("us-1", { fault: { kind: "late", ms: 60_000 }, operation: "add_node", times: 1 });
  const created = resourceAt(client, "Node").create(eu());
  const ended = expect(created).rejects.toMatchObject({ code: expect.any(Number) });
  await expect.poll(asked("add_node")).toBe(true);
  child.kill("SIGKILL");
  await ended;
  const next = await engine.spawn();
  await configure(next.client, { instances: connectionsOf(world) });
  expect((await resourceAt(next.client, "Node").create(eu())).id).toBe("us-1/eu-1");
  expect(engine.said.join()).toMatch(/is there already: adopted/);
});

test("without an engine it waits for one to attach, and stays when that one cancels", async () => {
  const child = spawn(launcher, [], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = engine.connect(Number(line));
    await call(client, "attach", new PluginAttach().setAddress(engine.address));
    await configure(client, { instances: connectionsOf(world) });
    await resourceAt(client, "Route").create({ target: "us", hostname: "eu-1" });
    expect(engine.said.join()).toMatch(/Pending on us: it will dial/);
    await call(client, "cancel", new Empty());
    await configure(client, { instances: connectionsOf(world) });
    const read = new ReadRequest().setUrn("urn:pulumi:dev::p::harper:index:Route::it").setId("us-1/wss://eu-1:9933");
    expect((await call(client, "read", read)).getId()).toBe("us-1/wss://eu-1:9933");
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
});

test("where there is no Node on PATH, or one that is too old, it says which is needed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "path-"));
  try {
    for (const tool of ["readlink", "dirname"]) symlinkSync(`/usr/bin/${tool}`, join(folder, tool));
    expect(await refusal(folder)).toBe("pulumi-resource-harper: Node 22.19 or newer must be on PATH\n");
    // As an old one would: what it is told to run, it runs, but it reports another version.
    const old = `#!/bin/sh\nexec "${process.execPath}" --import "${oldVersion}" "$@"\n`;
    writeFileSync(join(folder, "node"), old, { mode: 0o755 });
    expect(await refusal(folder)).toBe("pulumi-resource-harper: Node >=22.19 is needed, and this is 20.1.0\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const oldVersion = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})";

/** What it says on stderr before it gives up. */
async function refusal(PATH: string): Promise<string> {
  const child = spawn(launcher, [], { stdio: ["ignore", "pipe", "pipe"], env: { PATH } });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  return said;
}
