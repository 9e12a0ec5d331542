import { resolve } from "node:path";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeWorld } from "../lifecycle/fake-world";
import { connectionsOf, notesOf } from "../lifecycle/world";
import { call, Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";
import { Plugin } from "./plugin";

// A process to which commands attach, one after the other, keeps nothing of those that ended.

let plugin: Plugin;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  plugin = await Plugin.start(resolve("."), "/dev/null");
});
afterEach(async () => {
  await plugin.end();
  await fake.close();
});

/** An engine of its own attaches, and works. */
async function attached(work: (client: ResourceProviderClient, engine: Engine) => Promise<unknown>): Promise<Engine> {
  const engine = await Engine.start();
  const client = engine.connect(plugin.port);
  await call(client, "attach", new PluginAttach().setAddress(engine.address));
  await configure(client, { instances: connectionsOf(world) });
  await work(client, engine);
  return engine;
}
const cancelled = async (work: (client: ResourceProviderClient) => Promise<unknown>) => {
  const engine = await attached(async (client) => {
    await work(client);
    await call(client, "cancel", new Empty());
  });
  await engine.close();
};

const make = (client: ResourceProviderClient) => resourceAt(client, "Route").create({ target: "us", hostname: "eu-1" });
const leases = async () => (await notesOf(world, "us")).rows.filter(({ kind }) => kind === "lease");
/** The inspector's is the one that stays. */
const connections = async () => (await plugin.held({ heap: false })).connections;

test("nor a lease, nor a connection, when the command cancels", async () => {
  await cancelled(make);
  await expect.poll(leases).toEqual([]);
  await expect.poll(connections, { timeout: 2000 }).toBe(1);
});

test("nor when the engine was killed", async () => {
  const engine = await attached(make);
  expect(await leases()).toHaveLength(1);
  engine.vanish();
  await expect.poll(leases).toEqual([]);
  await expect.poll(connections).toBe(1);
});

test("nor memory", async () => {
  // Without calls to instances: what belongs to one is kept for as long as it might have taken.
  const heapAfter = async (commands: number) => {
    for (let count = 0; count < commands; count++) await cancelled(async () => {});
    return (await plugin.held({ heap: true })).heap as number;
  };
  const early = await heapAfter(50);
  const kilobytesEach = ((await heapAfter(100)) - early) * 10.24;
  expect(kilobytesEach).toBeLessThan(3.6);
});
