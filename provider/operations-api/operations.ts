import { z } from "zod";
import { type Edge, edgeSchema } from "./edges";
import { socketSchema } from "./socket-status";

/**
 * The operations this package sends: what each takes (checked on the way out) and what is read of its answer (lenient:
 * unknown keys stay, what is missing is undefined). Requests are in camelCase here and in snake_case on the wire.
 */

const authorization = z.union([
  z.strictObject({ username: z.string().min(1), password: z.string() }),
  z.string().min(1),
]);

const nodeRequest = z.strictObject({
  hostname: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  verifyTls: z.boolean().optional(),
  authorization: authorization.optional(),
  retainAuthorization: z.boolean().optional(),
  revokedCertificates: z.array(z.string()).optional(),
  shard: z.number().int().optional(),
  startTime: z.string().optional(),
  subscriptions: z.array(edgeSchema).optional(),
});
const addressed = nodeRequest.refine((node) => node.hostname || node.url, { message: "hostname or url is required" });
const wireRoute = z.union([
  z.string().min(1),
  z.looseObject({ hostname: z.string().min(1), port: z.number().int().optional() }),
]);

const message = z.looseObject({ message: z.string().optional() });
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : []), z.array(item));

/** Which databases an instance replicates; undefined where it is all of them. */
const databaseNames = z
  .array(z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]))
  .optional()
  .catch(undefined);

const wireEdge = z
  .looseObject({ database: z.string().optional(), schema: z.string().optional(), table: z.string().optional() })
  .transform((entry) => ({
    database: entry.database ?? entry.schema ?? "",
    table: entry.table ?? "",
    subscribe: entry.subscribe === true,
    publish: entry.publish === true,
  }));

/** Edges out of a record of which nothing is known; undefined where it says nothing of them. */
export const nodeEdges = (value: unknown): Edge[] | undefined =>
  Array.isArray(value) ? list(wireEdge).parse(value) : undefined;

/** What every record of a node has, wherever it is read. */
const nodeFields = {
  name: z.string().optional(),
  hostname: z.string().optional(),
  url: z.string().nullish(),
  replicates: z.unknown().optional(),
  subscriptions: list(wireEdge),
};

const connectionStatus = z
  .looseObject({ ...nodeFields, database_sockets: list(socketSchema), authorization: z.unknown().optional() })
  .transform(({ name, hostname, url, replicates, subscriptions, database_sockets, authorization }) => ({
    name: name ?? hostname ?? "",
    url: url ?? undefined,
    full: Boolean(replicates),
    subscriptions,
    sockets: database_sockets,
    /** Those that it was joined with, in clear (`retain_authorization`). What they are is not looked at. */
    keepsCredentials: authorization !== undefined && authorization !== null,
  }));

export const nodeRow = z
  .looseObject({
    ...nodeFields,
    shard: z.number().nullish(),
    revoked_certificates: list(z.string()),
    ca_info: z
      .looseObject({ issuer: z.string().optional(), serialNumber: z.string().optional() })
      .nullish()
      .catch(null),
    __updatedtime__: z.number().nullish(),
  })
  .transform((row) => ({
    name: row.name ?? row.hostname ?? "",
    url: row.url ?? undefined,
    full: Boolean(row.replicates),
    subscriptions: row.subscriptions,
    shard: row.shard ?? undefined,
    revokedCertificates: row.revoked_certificates,
    /** The authority that signed for the connection: whose, and its serial number. */
    signedBy: authorityIn(row.ca_info?.issuer, row.ca_info?.serialNumber),
    updatedAt: row.__updatedtime__ ?? undefined,
  }));

/** What Harper calls the authority that an instance makes for itself at its first start. */
export const authorityName = (nodeName: string): string => `HarperDB-Certificate-Authority-${nodeName}`;

const authorityIn = (issuer = "", serial = "") => {
  const [, name] = /CN=(\S+)/.exec(issuer) ?? [];
  return name && serial ? { name, serial } : undefined;
};

/** A peer as the instance's own table has it. */
export type NodeRow = z.output<typeof nodeRow>;
export type ConnectionStatus = z.output<typeof connectionStatus>;

const certificate = z
  .looseObject({
    name: z.string().optional(),
    is_authority: z.boolean().nullish(),
    details: z
      .looseObject({
        subject: z.string().optional(),
        issuer: z.string().optional(),
        serial_number: z.string().optional(),
        valid_to: z.string().optional(),
      })
      .nullish(),
  })
  .transform(({ name, is_authority, details }) => ({
    name,
    subject: details?.subject,
    issuer: details?.issuer,
    serial: details?.serial_number,
    /** As OpenSSL writes it. */
    validTo: details?.valid_to,
    isAuthority: is_authority === true,
  }));

/** A certificate that an instance has. */
export type Certificate = z.output<typeof certificate>;

/** A `note` goes to the table of our own: it changes nothing that Harper acts on, and does no harm when it is repeated. */
type Kind = "read" | "write" | "note";

const operation = <Q extends z.ZodType, A extends z.ZodType>(kind: Kind, request: Q, answer: A) => ({
  kind,
  request,
  answer,
});
const nothing = z.strictObject({});

/** The eight documented clustering operations. */
export const clusteringOperations = {
  add_node: operation("write", addressed, message),
  update_node: operation("write", addressed.safeExtend({ subscriptions: z.array(edgeSchema).min(1) }), message),
  remove_node: operation("write", z.strictObject({ hostname: z.string().min(1) }), message),
  cluster_status: operation(
    "read",
    nothing,
    z.looseObject({
      node_name: z.string().optional(),
      is_enabled: z.boolean().optional(),
      connections: list(connectionStatus),
    }),
  ),
  configure_cluster: operation(
    "write",
    z.strictObject({ connections: z.array(addressed) }),
    message.extend({ connections: list(z.unknown()), failed_nodes: list(z.unknown()) }),
  ),
  cluster_set_routes: operation("write", z.strictObject({ routes: z.array(wireRoute).min(1) }), message),
  cluster_get_routes: operation("read", nothing, list(z.unknown())),
  cluster_delete_routes: operation("write", z.strictObject({ routes: z.array(wireRoute).min(1) }), message),
} as const;

/** What else is asked of an instance, to learn what is true. */
export const supportingOperations = {
  search_by_value: operation(
    "read",
    z.strictObject({
      database: z.string(),
      table: z.string(),
      searchAttribute: z.string(),
      searchValue: z.string(),
      getAttributes: z.array(z.string()),
    }),
    z.array(z.unknown()),
  ),
  search_by_id: operation(
    "read",
    z.strictObject({
      database: z.string(),
      table: z.string(),
      ids: z.array(z.string()),
      getAttributes: z.array(z.string()),
    }),
    z.array(z.unknown()),
  ),
  get_configuration: operation(
    "read",
    nothing,
    z.looseObject({
      replication: z.looseObject({
        routes: list(z.unknown()),
        databases: databaseNames,
      }),
    }),
  ),
  set_configuration: operation("write", z.strictObject({ replicationRoutes: z.array(z.unknown()) }), message),
  list_certificates: operation("read", nothing, z.array(certificate)),
  registration_info: operation("read", nothing, z.looseObject({ version: z.string().optional() })),
  system_information: operation(
    "read",
    z.strictObject({ attributes: z.array(z.string()) }),
    z.looseObject({
      harperdb_processes: z
        .looseObject({ core: list(z.looseObject({ pid: z.number(), started: z.string().optional() })) })
        .optional(),
      time: z.looseObject({ timezone: z.string().optional() }).optional(),
    }),
  ),
  describe_all: operation(
    "read",
    nothing,
    z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ record_count: z.number().optional().catch(undefined) })).catch({}),
    ),
  ),
  read_audit_log: operation(
    "read",
    z.strictObject({
      schema: z.string(),
      table: z.string(),
      searchType: z.string().optional(),
      searchValues: z.array(z.unknown()).optional(),
    }),
    z.array(z.unknown()),
  ),
  restart: operation("write", nothing, message),
} as const;

/** The one database in which this package writes rows, and makes a table. */
export const notesDatabase = "pulumi_harper";
const ourTable = z.strictObject({ database: z.literal(notesDatabase), table: z.string().min(1) });
const records = ourTable.extend({ records: z.array(z.looseObject({ id: z.string() })).min(1) });
const skipped = z.looseObject({ skipped_hashes: list(z.string()) });

/** What keeps rows of our own: notes.ts. */
export const notesOperations = {
  create_table: operation("note", ourTable.extend({ primaryKey: z.string(), audit: z.literal(false) }), message),
  insert: operation("note", records, skipped),
  update: operation("note", records, skipped),
  delete: operation("note", ourTable.extend({ ids: z.array(z.string()).min(1) }), message),
} as const;

export const operations = { ...clusteringOperations, ...supportingOperations, ...notesOperations };
export type OperationName = keyof typeof operations;
export type NotesOperation = keyof typeof notesOperations;
export type RequestOf<N extends OperationName> = z.input<(typeof operations)[N]["request"]>;
export type AnswerOf<N extends OperationName> = z.output<(typeof operations)[N]["answer"]>;
