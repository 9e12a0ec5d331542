import { z } from "zod";
import { addressOf } from "../operations-api";
import { commonOutputs } from "../resources/common";
import { functionInputs } from "./common";
import type { FunctionDefinition } from "./function";

export const getRoutes: FunctionDefinition = {
  name: "getRoutes",
  description: "The routes of an instance: as its configuration file has them, and as the running process knows them.",
  inputs: functionInputs,
  outputs: z.strictObject({
    instance: commonOutputs.instance,
    file: z
      .array(z.string())
      .meta({ description: "What the next start will dial, as `wss://host:port`, in its order." }),
    memory: z.array(z.string()).meta({ description: "What the running process knows." }),
    restartPending: z
      .boolean()
      .meta({ description: "Whether the two differ, so that a restart would change what is dialled." }),
  }),
  async answer({ at }) {
    const [instance, stored, known] = await Promise.all([
      at.client.nodeName(),
      at.client.storedRoutes(),
      at.client.getRoutes(),
    ]);
    const addresses = (routes: typeof stored) => routes.flatMap((route) => addressOf(route) ?? []);
    const [file, memory] = [addresses(stored), addresses(known)];
    const restartPending = new Set(file).symmetricDifference(new Set(memory)).size > 0;
    return { instance, file, memory, restartPending };
  },
};
