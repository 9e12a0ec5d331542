import { ask } from "./ask.js";
import type { Cluster, Instance } from "./cluster.js";
import { processesOf } from "./processes.js";
import { readVersion } from "./ready.js";

export interface InstanceStatus {
  name: string;
  address: string;
  endpoint: string;
  replicationUrl: string;
  pid?: number;
  version?: string;
  ready: boolean;
  /** The names of the other members that it knows. */
  peers: string[];
}

export async function clusterStatus(cluster: Cluster): Promise<InstanceStatus[]> {
  return Promise.all(Object.values(cluster.instances).map(statusOf));
}

async function statusOf(instance: Instance): Promise<InstanceStatus> {
  const { name, address, endpoint, replicationUrl } = instance;
  const status: InstanceStatus = { name, address, endpoint, replicationUrl, ready: false, peers: [] };
  const [pid] = await processesOf(instance);
  if (pid === undefined) return status;
  try {
    const [version, peers] = await Promise.all([readVersion(instance), peersOf(instance)]);
    return { ...status, pid, version, ready: true, peers };
  } catch {
    return { ...status, pid };
  }
}

async function peersOf(instance: Instance): Promise<string[]> {
  const rows = await ask(instance, {
    operation: "search_by_value",
    database: "system",
    table: "hdb_nodes",
    // Not `attribute` and `value`, which 4.4 does not know.
    search_attribute: "name",
    search_value: "*",
    get_attributes: ["name"],
  });
  const names = (rows as { name: string }[]).map(({ name }) => name);
  return names.filter((name) => name !== instance.address).sort();
}
