import { readAuditLog } from "./audit-log";
import { listCertificates } from "./certificates";
import { getConfiguration, setConfiguration } from "./configuration";
import { configureCluster } from "./configure-cluster";
import * as data from "./data";
import * as databases from "./databases";
import type { Instance } from "./instance";
import { setNode } from "./membership";
import { restart, restartService, systemInformation } from "./process";
import { deleteRoutes, getRoutes, setRoutes } from "./routes";
import { addUser, alterUser, createTokens, dropUser, userInfo } from "./security";
import { clusterStatus } from "./status";
import type { Fields } from "./store";
import type { User } from "./types";

type Handler = (instance: Instance, body: Fields, user: User) => unknown;

const v4: Record<string, Handler> = {
  add_node: setNode,
  update_node: setNode,
  remove_node: setNode,
  cluster_status: clusterStatus,
  configure_cluster: configureCluster,
  cluster_set_routes: setRoutes,
  cluster_get_routes: getRoutes,
  cluster_delete_routes: deleteRoutes,
};

const v5: Record<string, Handler> = {
  add_node: setNode,
  set_node: setNode,
  remove_node: setNode,
  cluster_status: clusterStatus,
};

const shared: Record<string, Handler> = {
  list_certificates: listCertificates,
  registration_info: ({ version }) => ({ version, deprecated: true }),
  system_information: systemInformation,
  restart,
  restart_service: restartService,
  get_configuration: getConfiguration,
  set_configuration: setConfiguration,
  user_info: userInfo,
  add_user: addUser,
  alter_user: alterUser,
  drop_user: dropUser,
  add_role: (_, body) => ({ id: body.role, role: body.role, permission: body.permission }),
  drop_role: (_, body) => `${body.id} successfully deleted`,
  create_authentication_tokens: createTokens,
  read_audit_log: readAuditLog,
  search_by_value: data.searchByValue,
  search_by_id: data.searchById,
  search_by_hash: data.searchById,
  insert: data.insert,
  upsert: data.upsert,
  update: data.update,
  delete: data.remove,
  create_database: databases.createDatabase,
  create_table: databases.createTable,
  drop_database: databases.dropDatabase,
  drop_table: databases.dropTable,
  describe_all: databases.describeAll,
  describe_database: databases.describeDatabase,
  describe_table: databases.describeTable,
};

export function handlerOf(version: string, operation: string): Handler | undefined {
  const own = version.startsWith("5.") ? v5 : v4;
  const all = { ...shared, ...own };
  return Object.hasOwn(all, operation) ? all[operation] : undefined;
}

/** Open to every user who can log in. */
const unrestricted = new Set(["user_info", "registration_info", "create_authentication_tokens", "describe_all"]);
const dataReads = new Set(["search_by_value", "search_by_id", "search_by_hash"]);
const functionNames: Record<string, string> = {
  cluster_set_routes: "setRoutes",
  cluster_get_routes: "getRoutes",
  cluster_delete_routes: "deleteRoutes",
};

const camel = (operation: string) => operation.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The body of a 403, for a user who is no super user. */
export function refusal(operation: string, { database, schema, table }: Fields): Fields | undefined {
  if (unrestricted.has(operation)) return undefined;
  const missing = {
    schema: database ?? schema,
    table,
    required_table_permissions: ["read"],
    required_attribute_permissions: [],
  };
  const name = functionNames[operation] ?? camel(operation);
  return {
    error: "This operation is not authorized due to role restrictions and/or invalid database items",
    unauthorized_access: dataReads.has(operation)
      ? [missing]
      : [`Operation '${name}' is restricted to 'super_user' roles`],
    invalid_schema_items: [],
  };
}
