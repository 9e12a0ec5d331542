import { Instances } from "../../provider/instances";
import { connectionsOf, type Run, type World } from "../lifecycle/world";
import { Engine } from "./engine";
import { configure, resourceAt } from "./provider";

/** One run of the plugin, in this process, on the instances of a world. */
export async function runPlugin(world: World): Promise<Run> {
  const engine = await Engine.start();
  const client = await engine.host({ reach: (settings) => new Instances(settings, { quietMs: 5 }) });
  await configure(client, { instances: JSON.stringify(connectionsOf(world)) });
  return {
    said: engine.said,
    node: resourceAt(client, "Node"),
    subscription: resourceAt(client, "Subscription"),
    route: resourceAt(client, "Route"),
    ready: resourceAt(client, "ClusterReady"),
    routes: resourceAt(client, "Routes"),
    configuration: resourceAt(client, "ClusterConfiguration"),
    close: () => engine.close(),
  };
}
