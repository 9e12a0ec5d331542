import { existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { clusterDown, clusterUp, readCluster } from "../../cli/cluster/index.js";
import { poll } from "../../scripts/demo/harper.mts";

const all = resolve(import.meta.dirname, "../../.cache/test/clusters");
/** The data and logs of all that this worker's files start. */
export const folder = join(all, process.env.VITEST_POOL_ID ?? "setup");

/** A new cluster in place of this worker's last; its data and logs stay in `.cache/test/clusters/WORKER/NAME`. Returns its cluster.json. */
export async function startCluster(
  name: string,
  options: { nodes?: number; password?: string; harper?: string } = {},
): Promise<string> {
  await stopBelow(folder);
  const directory = join(folder, name);
  await oneAtATime(() => clusterUp({ directory, firstAddress: "auto", say: () => {}, ...options }));
  return join(directory, "cluster.json");
}

/** Those that run, whoever started them. */
export async function stopClusters(): Promise<void> {
  for (const worker of namesIn(all)) await stopBelow(join(all, worker));
}

async function stopBelow(worker: string): Promise<void> {
  for (const name of namesIn(worker)) {
    const cluster = readCluster(join(worker, name));
    if (cluster) await clusterDown(cluster);
  }
}

/** Addresses are looked for before they are taken: two workers that look at once may find the same. */
async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(all, { recursive: true });
  const lock = join(all, "starting");
  const locked = async () => {
    try {
      mkdirSync(lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  };
  if (!(await poll(locked, Boolean, 240_000))) throw new Error(`another worker holds ${lock}`);
  try {
    return await work();
  } finally {
    rmdirSync(lock);
  }
}

const namesIn = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);
