import { z } from "zod";
import { isOn, withoutUserinfo } from "../operations-api";
import { commonOutputs } from "../resources/common";
import { functionInputs, peerFields } from "./common";
import type { FunctionDefinition } from "./function";

const socket = z
  .strictObject({
    database: z.string().optional().meta({ description: "The database whose rows come over it." }),
    connected: z.boolean().optional().meta({ description: "Whether it is open." }),
    latency: z.number().optional().meta({ description: "Milliseconds a message takes." }),
  })
  .meta({ id: "Socket", description: "A connection over which an instance receives rows." });

export const getClusterStatus: FunctionDefinition = {
  name: "getClusterStatus",
  description:
    "What an instance says of its connections now (`cluster_status`): health, which is never in the state of a resource.",
  inputs: functionInputs,
  outputs: z.strictObject({
    instance: commonOutputs.instance,
    enabled: z.boolean().optional().meta({ description: "Whether replication is on." }),
    connections: z
      .array(
        z
          .strictObject({
            ...peerFields,
            sockets: z.array(socket).meta({ description: "The sockets by database; none where nothing is received." }),
          })
          .meta({ id: "ClusterConnection", description: "A peer in an instance's status." }),
      )
      .meta({ description: "The peers it is to be connected to." }),
  }),
  async answer({ at }) {
    const status = await at.client.clusterStatus();
    return {
      instance: await at.client.nodeName(),
      enabled: status.is_enabled,
      connections: status.connections.map(({ name, url, full, subscriptions, sockets }) => ({
        name,
        address: url && withoutUserinfo(url, ""),
        replicateByDefault: full,
        subscriptions: subscriptions.filter(isOn),
        sockets: sockets.map(({ database, connected, latency }) => ({ database, connected, latency })),
      })),
    };
  },
};
