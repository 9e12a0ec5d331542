import { badRequest } from "./errors";
import type { Instance } from "./instance";
import type { Fields } from "./store";

/** Answers first; the process goes away a moment later and comes back as another one. */
export function restart(instance: Instance) {
  const { restartDelayMs, restartMs } = instance.cluster.timing;
  setTimeout(async () => {
    await instance.stop();
    setTimeout(() => void instance.start(), restartMs);
  }, restartDelayMs);
  return "Restarting HarperDB. This may take up to 60 seconds.";
}

/** New workers in the same process: nothing that was bound is bound anew. */
export function restartService(_: Instance, { service }: Fields) {
  if (service !== "http_workers") throw badRequest("Invalid service");
  return { message: `Restarting ${service}`, job_id: "00000000-0000-4000-8000-000000000000" };
}

const stamp = (date: Date) => date.toISOString().slice(0, 19).replace("T", " ");

export function systemInformation(instance: Instance, body: Fields) {
  const { pid, started } = instance.process;
  const parts: Fields = {
    time: {
      current: Math.floor(instance.cluster.clock.now()),
      uptime: process.uptime(),
      timezone: "UTC+0000",
      timezoneName: "Etc/UTC",
    },
    harperdb_processes: { core: [{ pid, parentPid: 1, name: "node", started: stamp(started) }], clustering: [] },
  };
  const asked = body.attributes as string[] | undefined;
  return Object.fromEntries(Object.entries(parts).filter(([name]) => !asked || asked.includes(name)));
}
