import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type CommonInputs, type CommonOutputs, defineResource } from "../resource";
import { commonInputs, commonOutputs, identityOf } from "./common";
import type { OpenSocket } from "./ready/pair";
import { awaitReady } from "./ready/wait";

const usualStableSeconds = 5;
const usualTimeoutSeconds = 300;

export interface ClusterReadyInputs extends CommonInputs {
  nodes: string[];
  triggers?: string[] | undefined;
  stableSeconds?: number | undefined;
  timeoutSeconds?: number | undefined;
}
export type ClusterReadyState = ClusterReadyInputs &
  CommonOutputs & { readyAt: string; looks: number; sockets: OpenSocket[]; notAsked: string[] };

const openSocket = z
  .strictObject({
    from: z.string().meta({ description: "The node that sends rows over it." }),
    to: z.string().meta({ description: "The node that receives them, and said that it was open." }),
    database: z.string().meta({ description: "The database whose rows they are." }),
    lastReceived: z.string().optional().meta({
      description: "When the row that came last was written, by the clock of the sender, as far as Harper told.",
    }),
  })
  .meta({ id: "OpenSocket", description: "A socket that was open when the cluster was ready." });

/** A wait until instances are connected as their Nodes and Subscriptions declare. */
export const clusterReady = defineResource<ClusterReadyInputs, ClusterReadyState>({
  name: "ClusterReady",
  description:
    "A barrier: it is made when the target and the `nodes` have their records of each other, every socket that these ask for is open on both ends, nothing is pending or still being copied, and all that has stayed so for a while. `dependsOn` it to join a cluster in waves. It writes nothing: its outputs are what was seen at that moment, which a refresh does not change.",
  barrier: true,
  inputs: z.strictObject({
    target: commonInputs.target,
    nodes: z
      .array(z.string().min(1))
      .min(1)
      .meta({
        description:
          "The names of the nodes as they report them: the outputs `name` of their Nodes. Their order says nothing. Those in `harper:instances` have to answer; of others, only what their peers see is known, and `notAsked` names them. A change waits anew.",
        sameAs: (state, wanted) =>
          new Set(state as string[]).symmetricDifference(new Set(wanted as string[])).size === 0,
        keyOf: String,
      }),
    triggers: z
      .array(z.string())
      .optional()
      .meta({
        description: "Any texts, of which a change waits anew: such as the edges that were declared since.",
        sameAs: (state, wanted) => isDeepStrictEqual(state ?? [], wanted ?? []),
      }),
    stableSeconds: z
      .number()
      .min(0)
      .max(3600)
      .optional()
      .meta({
        description: `How long all has to stay ready, looked at about once a second. Default ${usualStableSeconds}.`,
        settingOnly: true,
      }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(86_400)
      .optional()
      .meta({
        description: `How long to wait at most; then it fails with what is in the way. Pulumi's \`customTimeouts\` bound it, too. Default ${usualTimeoutSeconds}.`,
        settingOnly: true,
      }),
  }),
  outputs: z.strictObject({
    ...commonOutputs,
    readyAt: z.string().meta({ description: "When it was ready, as ISO 8601 has it.", momentary: true }),
    looks: z.number().int().meta({ description: "How many looks in a row found nothing in the way.", momentary: true }),
    sockets: z.array(openSocket).meta({ description: "The sockets that were open.", momentary: true }),
    notAsked: z.array(z.string()).meta({
      description: "Nodes that are not in `harper:instances`: what they receive was not seen.",
      momentary: true,
    }),
  }),

  rules({ nodes, stableSeconds, timeoutSeconds }, fail) {
    const isLonger = Number(timeoutSeconds ?? usualTimeoutSeconds) > Number(stableSeconds ?? usualStableSeconds);
    const isKnown = typeof stableSeconds !== "symbol" && typeof timeoutSeconds !== "symbol";
    if (isKnown && !isLonger) fail("timeoutSeconds", "is not longer than stableSeconds, so it would never be ready");
    if (!Array.isArray(nodes)) return;
    for (const [index, name] of nodes.entries())
      if (typeof name === "string" && nodes.indexOf(name) < index) fail(`nodes[${index}]`, `"${name}" is given twice`);
  },

  async liveRules(inputs, { at, instances }, fail) {
    if (!Array.isArray(inputs.nodes)) return;
    const own = await at.client.nodeName();
    for (const [index, name] of inputs.nodes.entries()) {
      if (name === own) fail(`nodes[${index}]`, "is the target itself");
      else if (typeof name === "string" && instances.isGone(name))
        fail(`nodes[${index}]`, `"${name}" is gone for good, as harper:instances says`);
    }
  },

  id: ({ instance }) => `${instance}/ready`,
  idForms: {},
  fromId: () => undefined,

  async observe(like) {
    return "readyAt" in like ? like : undefined;
  },

  async write({ nodes, stableSeconds, timeoutSeconds }, _before, context) {
    const identity = await identityOf(context.at);
    const patience = {
      stableMs: 1000 * (stableSeconds ?? usualStableSeconds),
      timeoutMs: 1000 * (timeoutSeconds ?? usualTimeoutSeconds),
    };
    const { looks, sockets, notAsked } = await awaitReady([identity.instance, ...nodes], patience, context);
    return { ...identity, readyAt: new Date().toISOString(), looks, sockets, notAsked };
  },

  /** There is nothing to take away. */
  remove: async () => true,
});
