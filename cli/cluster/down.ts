import { rmSync } from "node:fs";
import type { Cluster } from "./cluster.js";
import { unlinkRoot } from "./root-path.js";
import { stopInstance } from "./stop.js";

/** Stops every instance; `remove` also deletes the cluster's folder, data and logs with it. */
export async function clusterDown(cluster: Cluster, { remove = false }: { remove?: boolean } = {}): Promise<void> {
  await Promise.all(Object.values(cluster.instances).map((instance) => stopInstance(instance)));
  if (!remove) return;
  for (const instance of Object.values(cluster.instances)) unlinkRoot(instance);
  rmSync(cluster.directory, { recursive: true, force: true, maxRetries: 3 });
}
