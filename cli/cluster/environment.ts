import { join } from "node:path";
import { type Instance, isSecure, ports } from "./cluster.js";
import { rootPathOf } from "./root-path.js";

/** Everything an instance is told; nothing of the caller's environment but what a process needs to run. */
export function environmentOf(instance: Instance): NodeJS.ProcessEnv {
  const { address } = instance;
  const operations = `${address}:${ports.operations}`;
  const { PATH, TMPDIR, LANG } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(TMPDIR !== undefined && { TMPDIR }),
    ...(LANG !== undefined && { LANG }),
    HOME: join(instance.directory, "home"),
    ROOTPATH: rootPathOf(instance),
    TC_AGREEMENT: "yes",
    HDB_ADMIN_USERNAME: instance.username,
    HDB_ADMIN_PASSWORD: instance.password,
    DEFAULTS_MODE: "prod",
    OPERATIONSAPI_NETWORK_PORT: isSecure(instance) ? "null" : operations,
    OPERATIONSAPI_NETWORK_SECUREPORT: isSecure(instance) ? operations : "null",
    // A socket's path may have 107 characters, which a folder deep down exceeds.
    OPERATIONSAPI_NETWORK_DOMAINSOCKET: "null",
    HTTP_PORT: `${address}:${ports.http}`,
    HTTP_SECUREPORT: "null",
    REPLICATION_SECUREPORT: `${address}:${ports.replication}`,
    REPLICATION_HOSTNAME: address,
    NODE_HOSTNAME: address,
    MQTT_NETWORK_PORT: "null",
    MQTT_NETWORK_SECUREPORT: "null",
    CLUSTERING_ENABLED: "false",
    THREADS_COUNT: "1",
    THREADS_DEBUG: "false",
    LOGGING_STDSTREAMS: "true",
  };
}
