import { badRequest } from "./errors";
import type { Instance } from "./instance";
import type { Fields } from "./store";
import type { Route } from "./types";

/** Read from the file afresh, so routes written a moment ago show here before the process knows them. */
export function getConfiguration(instance: Instance): Fields {
  return {
    authentication: { authorizeLocal: false, cacheTTL: 30000, enableSessions: true },
    clustering: { enabled: false },
    logging: { auditLog: true, level: "warn" },
    operationsApi: { network: { cors: true, port: `${instance.name}:9925`, securePort: null } },
    replication: {
      securePort: `${instance.name}:9933`,
      enableRootCAs: true,
      hostname: instance.replicates ? instance.name : null,
      ...(instance.shard === undefined ? {} : { shard: instance.shard }),
      databases: instance.databases ?? "*",
      routes: instance.routes.file,
    },
    threads: { count: 1, debug: false },
  };
}

export function setConfiguration(instance: Instance, body: Fields) {
  const { replication_routes: routes } = body;
  if (routes != null && !Array.isArray(routes)) {
    throw badRequest("HarperDB config file validation error: 'replication.routes' must be an array");
  }
  if (routes !== undefined) instance.routes.file = structuredClone(routes) as Route[] | null;
  return {
    message: "Configuration successfully set. You must restart HarperDB for new config settings to take effect.",
  };
}
