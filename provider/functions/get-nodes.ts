import { z } from "zod";
import { isOn, replicates, withoutUserinfo } from "../operations-api";
import { commonOutputs } from "../resources/common";
import { functionInputs, peerFields } from "./common";
import type { FunctionDefinition } from "./function";

export const getNodes: FunctionDefinition = {
  name: "getNodes",
  description: "The peers in an instance's own table, whoever declared them.",
  inputs: functionInputs,
  outputs: z.strictObject({
    instance: commonOutputs.instance,
    nodes: z
      .array(
        z
          .strictObject({
            ...peerFields,
            replicates: z.boolean().meta({ description: "Whether anything is replicated at all." }),
            shard: z.number().int().optional().meta({ description: "Its shard." }),
            revokedCertificates: z
              .array(z.string())
              .meta({ description: "Serial numbers of its certificates that are not accepted." }),
          })
          .meta({ id: "NodeRecord", description: "A peer as an instance keeps it." }),
      )
      .meta({ description: "The peers, in alphabetical order." }),
  }),
  async answer({ at }) {
    const instance = await at.client.nodeName();
    const rows = (await at.client.nodes()).filter((row) => row.name !== instance);
    const nodes = rows.map((row) => ({
      name: row.name,
      address: row.url && withoutUserinfo(row.url, ""),
      replicateByDefault: row.full,
      replicates: replicates(row),
      subscriptions: row.subscriptions.filter(isOn),
      shard: row.shard,
      revokedCertificates: row.revokedCertificates,
    }));
    return { instance, nodes: nodes.toSorted((one, other) => one.name.localeCompare(other.name)) };
  },
};
