import { z } from "zod";
import { addressOf, type Edge, edgeKey, edgeSchema, hostOf } from "../operations-api";
import type { CommonInputs, CommonOutputs } from "../resource";
import { commonInputs, commonOutputs, edgeSettings } from "./common";
import { type Mirror, mirrorOutput } from "./mirror";

export interface NodeInputs extends CommonInputs {
  hostname?: string | undefined;
  url?: string | undefined;
  peer?: string | undefined;
  replicateByDefault?: boolean | undefined;
  subscriptions?: Edge[] | undefined;
  shard?: number | undefined;
  revokedCertificates?: string[] | undefined;
  verifyTls?: boolean | undefined;
  authorization?: string | { username: string; password: string } | undefined;
  retainAuthorization?: boolean | undefined;
  startTime?: string | undefined;
  requireTables?: boolean | undefined;
  activate?: "reconnect" | undefined;
}
export type NodeState = NodeInputs & CommonOutputs & { name: string; address: string; mirror?: Mirror | undefined };

const authorizationSchema = z
  .strictObject({
    username: z.string().min(1).meta({ description: "A super_user of the peer." }),
    password: z.string().meta({ description: "Its password.", secret: true }),
  })
  .meta({ id: "Authorization", description: "Credentials of a peer." });

export const nodeInputs = z.strictObject({
  ...commonInputs,
  hostname: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Host at which the peer replicates, on Harper's default port. Either this or `url`.",
      sameAs: (state, wanted, node) =>
        wanted === undefined ||
        // Declared by url before: the port counts.
        (state === undefined
          ? addressOf({ hostname: wanted }) === addressOf(addressIn(node))
          : isHostOf(node, String(wanted))),
      replaceOnChanges: true,
    }),
  url: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "`wss://host:port` at which the peer replicates. Either this or `hostname`.",
      sameAs: (_, wanted, node) => wanted === undefined || addressOf(String(wanted)) === addressOf(addressIn(node)),
      replaceOnChanges: true,
    }),
  peer: z.string().min(1).optional().meta({
    description:
      "The peer's own name in `harper:instances`. Its credentials are then used for the first join where `authorization` is not given.",
    settingOnly: true,
  }),
  replicateByDefault: z
    .boolean()
    .optional()
    .meta({
      description:
        "Replicate every table both ways. Default true without `subscriptions`, false with them. From true to false the node is removed and added again.",
      replaceOnChanges: (state, wanted) => state === true && wanted === false,
    }),
  subscriptions: z
    .array(edgeSchema)
    .optional()
    .meta({
      description:
        "All edges of this node; one that is left out is turned off. Their order says nothing. Not together with Subscription resources.",
      sameAs: (state, wanted) => (wanted === undefined ? state === undefined : sameEdges(state, wanted)),
      keyOf: (edge) => edgeKey(edge as Edge),
    }),
  shard: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: "Shard of the peer. A shard in the peer's own configuration wins." }),
  revokedCertificates: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description:
        "Serial numbers of certificates of the peer that are no longer accepted. Harper only ever adds; taking one away replaces the node.",
      sameAs: (state, wanted) => wanted === undefined || sameSet(state, wanted),
      keyOf: String,
      replaceOnChanges: (state, wanted) =>
        Array.isArray(state) && state.some((serial) => !(wanted as string[]).includes(serial)),
    }),
  verifyTls: z.boolean().optional().meta({
    description: "Verify the peer's certificate at the first join. Default true; a self-signed peer needs false.",
    writeOnly: true,
  }),
  authorization: z
    .union([authorizationSchema, z.string().min(1)])
    .optional()
    .meta({
      description: "The peer's credentials for the first join: username and password, or an HTTP Authorization header.",
      secret: true,
      writeOnly: true,
    }),
  retainAuthorization: z.boolean().optional().meta({
    description:
      "Keep the credentials in the cluster's own table, where every super_user reads them in clear. Default false.",
    writeOnly: true,
  }),
  startTime: z.iso.datetime({ offset: true }).optional().meta({
    description: "ISO 8601 time from which rows are wanted. Harper 4 takes it and does nothing with it.",
    writeOnly: true,
  }),
  ...edgeSettings,
});

export const nodeOutputs = z.strictObject({
  ...commonOutputs,
  name: z.string().meta({ description: "The name the peer reports of itself, which is what Harper knows it by." }),
  address: z.string().meta({ description: "The URL at which the target dials the peer." }),
  mirror: mirrorOutput,
});

const addressIn = ({ address }: Record<string, unknown>) => String(address);

/** Whether a host, however it is spelled, is the one where a node replicates, or its name. */
export function isHostOf(node: { name?: unknown; address?: unknown }, host: string): boolean {
  const canonical = hostOf(addressOf({ hostname: host }) ?? "");
  return (
    canonical === hostOf(addressOf(String(node.address)) ?? "") ||
    host.toLowerCase() === String(node.name).toLowerCase()
  );
}

const sameEdges = (state: unknown, wanted: unknown) => sameSet(edgeTexts(state), edgeTexts(wanted));
const edgeTexts = (edges: unknown) =>
  (edges as Edge[] | undefined)?.map((edge) =>
    JSON.stringify([edge.database, edge.table, edge.subscribe, edge.publish]),
  );
const sameSet = (one: unknown, other: unknown) =>
  new Set((one as string[]) ?? []).symmetricDifference(new Set((other as string[]) ?? [])).size === 0;
