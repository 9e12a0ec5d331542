import { Failure } from "../failure.js";
import { requireAvailable } from "./addresses.js";
import { type Cluster, type Instance, writeCluster } from "./cluster.js";
import { findHarper } from "./harper-package.js";
import { type ClusterOptions, planCluster } from "./plan.js";
import { processesOf } from "./processes.js";
import { waitUntilReady } from "./ready.js";
import { startInstance } from "./start.js";

export interface UpOptions extends ClusterOptions {
  timeoutMs?: number;
  say?: (line: string) => void;
}

/** Brings up every instance of the cluster that is not up, all at once; answers when all are ready. */
export async function clusterUp({ say = () => {}, ...options }: UpOptions): Promise<Cluster> {
  const cluster = await planCluster(options);
  const instances = Object.values(cluster.instances);
  const processes = await Promise.all(instances.map(processesOf));
  const stopped = instances.filter((_, i) => processes[i]?.length === 0);
  const packages = new Map(stopped.map((instance) => [instance, findHarper(instance.harper)]));
  await requireAvailable(stopped.map(({ address }) => address));
  writeCluster(cluster);

  if (stopped.length > 0) {
    const versions = [...new Set([...packages.values()].map(({ version }) => version))].sort().join(", ");
    say(`Harper ${versions}: starting it accepts its licence (TC_AGREEMENT=yes)`);
    say(`starting ${stopped.map(({ name, address }) => `${name} (${address})`).join(", ")}`);
  } else {
    say("every instance runs already");
  }
  const { timeoutMs } = options;
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  await waitForAll(instances, say, (instance) => {
    const harper = packages.get(instance);
    return harper ? startInstance(instance, { ...limit, harper }) : waitUntilReady(instance, limit);
  });
  return cluster;
}

async function waitForAll(
  instances: Instance[],
  say: (line: string) => void,
  begin: (instance: Instance) => Promise<void>,
) {
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const waiting = new Set(instances.map(({ name }) => name));
  const clock = setInterval(() => say(`${seconds()} s: waiting for ${[...waiting].join(", ")}`), 5_000);
  const outcomes = await Promise.allSettled(
    instances.map(async (instance) => {
      await begin(instance).finally(() => waiting.delete(instance.name));
      say(`${instance.name} is ready after ${seconds()} s: ${instance.endpoint}`);
    }),
  ).finally(() => clearInterval(clock));

  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
  if (failures.length > 0) throw new Failure(failures.map(({ message }) => message).join("\n"), { cause: failures[0] });
}
