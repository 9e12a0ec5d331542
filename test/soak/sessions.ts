import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { connectionsOf, type World } from "../lifecycle/world";
import { programOf } from "../model/program";
import type { Topology } from "../model/topology";
import { call, Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";

/**
 * What commands do that change nothing, without Pulumi's engine and many times as fast: each attaches to the process, has
 * all that is declared checked, read and compared, and cancels.
 */
export async function sessions(port: number, world: World, topology: Topology, count: number): Promise<void> {
  for (let one = 0; one < count; one++) {
    const engine = await Engine.start();
    try {
      await session(engine, port, world, topology);
    } finally {
      await engine.close();
    }
  }
}

async function session(engine: Engine, port: number, world: World, topology: Topology): Promise<void> {
  const client = engine.connect(port);
  await call(client, "attach", new PluginAttach().setAddress(engine.address));
  await configure(client, { instances: connectionsOf(world) });
  const states = new Map<string, Record<string, unknown>>();
  for (const { urn, type, id, inputs } of programOf(topology, world)) {
    const hooks = resourceAt(client, type, urn);
    const found = await hooks.read(id, {});
    if (!found) throw new Error(`a session finds no ${type} ${id}`);
    states.set(urn, found.state);
    // To another stack's program all of it is declared already: that is answered, and not asked of it here.
    const given = inputs((of) => states.get(of) ?? {});
    await hooks.check(given);
    await hooks.compare(found.state, given);
  }
  await call(client, "cancel", new Empty());
}
