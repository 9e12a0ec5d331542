export { findFreeAddresses } from "./addresses.js";
export {
  type Cluster,
  describeInstance,
  type Instance,
  instancesConfig,
  logOf,
  readCluster,
  rootOf,
  writeCluster,
} from "./cluster.js";
export { clusterDown } from "./down.js";
export type { ClusterOptions } from "./plan.js";
export { processesOf } from "./processes.js";
export { waitUntilReady } from "./ready.js";
export { type StartOptions, startInstance } from "./start.js";
export { clusterStatus, type InstanceStatus } from "./status.js";
export { restartInstance, type StopOptions, stopInstance } from "./stop.js";
export { clusterUp, type UpOptions } from "./up.js";
