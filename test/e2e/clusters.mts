import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { clusterDown, clusterUp, readCluster } from "../../cli/cluster/index.js";

/** The data and logs of all that the tests start. */
export const folder = resolve(import.meta.dirname, "../../.cache/test/clusters");

/** A new cluster; its data and logs stay in `.cache/test/clusters/NAME`. Returns its cluster.json. */
export async function startCluster(
  name: string,
  options: { nodes?: number; password?: string; harper?: string } = {},
): Promise<string> {
  await stopClusters();
  const directory = join(folder, name);
  await clusterUp({ directory, firstAddress: "auto", say: () => {}, ...options });
  return join(directory, "cluster.json");
}

/** Those that run, whoever started them. */
export async function stopClusters(): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const cluster = readCluster(join(folder, name));
    if (cluster) await clusterDown(cluster);
  }
}
