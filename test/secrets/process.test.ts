import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";
import { found, openScene } from "./scene";

vi.setConfig({ testTimeout: 30_000 });

/** What the engine is shown of the built plugin: all that it prints, with the debug switches of what it is made of. */
async function printedBy(env: NodeJS.ProcessEnv, end: "SIGTERM" | "SIGKILL" | "SIGABRT" = "SIGTERM") {
  const scene = await openScene();
  onTestFinished(() => scene.fake.close());
  const engine = await Engine.start();
  onTestFinished(() => engine.close());
  const { client, child } = await engine.spawn(env);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => said.push(String(data)));
  const closed = once(child, "close");
  await configure(client, { instances: scene.instances });
  const authorization = { username: "admin", password: (scene.instances.eu as { password: string }).password };
  const eu = {
    target: scene.instances.us,
    hostname: "eu-1",
    verifyTls: false,
    replicateByDefault: false,
    authorization,
  };
  const node = resourceAt(client, "Node");
  const { id, state } = await node.create(eu);
  await node.read(id, state);
  // Half made, so that its state, with the connection in it, travels in an error.
  scene.fake.fail("us-1", { operation: "update_node", fault: { kind: "half" } });
  await expect(node.update(state, { ...eu, shard: 3 })).rejects.toThrow(/the record here/);
  scene.fake.fail("us-1", { fault: { kind: "echo", status: 500 } });
  await expect(node.delete(state)).rejects.toThrow(/\[secret\]/);
  child.kill(end);
  await closed;
  return { scene, printed: said.join(""), foundIn: () => found(scene, { said } as never) };
}

test.each([
  [{ NODE_DEBUG: "undici,fetch,http,net,tls,timer,stream" }, /undici|net/i],
  [{ GRPC_TRACE: "all", GRPC_VERBOSITY: "DEBUG" }, /server_call|Received/],
  [{ NODE_DEBUG: "http2" }, /HTTP2/i],
])("the plugin prints no secret with %j", async (env, expected) => {
  const { printed, foundIn } = await printedBy(env);
  expect(printed).toMatch(expected);
  expect(foundIn()).toEqual([]);
});

test.each(["SIGKILL", "SIGABRT"] as const)("nor when it ends by %s", async (signal) => {
  expect((await printedBy({}, signal)).foundIn()).toEqual([]);
});
