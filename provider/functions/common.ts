import { z } from "zod";
import { edgeSchema } from "../operations-api";
import { commonInputs } from "../resources/common";

/** Every function asks one instance. */
export const functionInputs = z.strictObject({
  target: commonInputs.target.meta({
    description:
      "The instance that is asked: a name in `harper:instances`, or a connection. May be left out where only one is configured.",
  }),
});

/** What is said of a peer in every answer. */
export const peerFields = {
  name: z.string().meta({ description: "The name the peer reports of itself." }),
  address: z.string().optional().meta({ description: "The URL at which the instance dials it." }),
  replicateByDefault: z.boolean().meta({ description: "Whether everything is replicated." }),
  subscriptions: z.array(edgeSchema).meta({ description: "The edges over which rows go one way or both." }),
};
