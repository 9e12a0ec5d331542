import { z } from "zod";
import { edgeSchema } from "../../provider/operations-api";

const peer = z.object({
  name: z.string(),
  url: z.string().nullable().default(null).describe("Where it is dialled."),
  full: z.boolean(),
  subscriptions: z.array(edgeSchema),
  shard: z.number().nullable(),
  revokedCertificates: z.array(z.string()),
});

const instance = z.object({
  name: z.string().describe("In `harper:instances`."),
  reports: z.string(),
  version: z.string(),
  peers: z.array(peer).describe("Its own table of nodes, without itself."),
  sockets: z
    .array(
      z.object({
        peer: z.string(),
        database: z.string(),
        connected: z.boolean(),
        latencyMs: z.number().nullable(),
        behindMs: z.number().nullable(),
        backPressurePercent: z.number().nullable(),
        isCopying: z.boolean(),
      }),
    )
    .describe("What it receives over, and how that goes."),
  routes: z
    .object({ stored: z.array(z.string()), dialled: z.array(z.string()) })
    .describe("Addresses in its configuration file, and those that its process dials."),
  tables: z.record(z.string(), z.number()).describe("Rows by `database.table`, as it estimates them."),
});

/** What instances say of the cluster; plain data without secrets, which `pulumi-harper topology --snapshot` prints. */
export const liveSchema = z.object({
  instances: z.array(instance),
  silent: z
    .array(z.object({ name: z.string(), problem: z.string() }))
    .describe("Those that could not be asked, and why."),
});

export type Live = z.output<typeof liveSchema>;
export type LiveInstance = z.output<typeof instance>;
export type LivePeer = z.output<typeof peer>;
