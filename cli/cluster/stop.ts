import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../failure.js";
import type { Instance } from "./cluster.js";
import { processesOf } from "./processes.js";
import { type StartOptions, startInstance } from "./start.js";

export interface StopOptions {
  /** SIGKILL leaves the instance no time to end well. */
  signal?: "SIGTERM" | "SIGKILL";
  /** How long it may take to end by itself. */
  graceMs?: number;
}

/** Ends all processes of an instance; one that does not run is no failure. */
export async function stopInstance(
  instance: Instance,
  { signal = "SIGTERM", graceMs = 15_000 }: StopOptions = {},
): Promise<void> {
  if (signal === "SIGTERM" && (await end(instance, "SIGTERM", graceMs))) return;
  if (await end(instance, "SIGKILL", 5_000)) return;
  throw new Failure(`${instance.name} still runs as process ${(await processesOf(instance)).join(", ")}`);
}

/** Again on the same data. */
export async function restartInstance(instance: Instance, options: StopOptions & StartOptions = {}): Promise<void> {
  await stopInstance(instance, options);
  await startInstance(instance, options);
}

async function end(instance: Instance, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  const start = Date.now();
  const told = new Set<number>();
  for (;;) {
    const pids = await processesOf(instance);
    if (pids.length === 0) return true;
    if (Date.now() - start > withinMs) return false;
    // One that is restarting shows up as a new process.
    for (const pid of pids.filter((pid) => !told.has(pid))) {
      told.add(pid);
      send(pid, signal);
    }
    await pause(100);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
