import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** Who writes: one process of one run. Others read it in a message. */
export interface Holder {
  /** Of this process alone. */
  id: string;
  /** `alice@build-7`. */
  who: string;
  pid: number;
  /** Where `pid` means something. */
  machine: string;
  /** The same for all processes of one run: they work together. */
  run: string;
}

/** This process, in the run that a text tells from others on this machine, such as the address of Pulumi's engine. */
export function holderOf(run: string): Holder {
  const machine = machineId();
  const id = randomUUID();
  return { id, who: whoami(), pid: process.pid, machine, run: `${machine} ${run || id}` };
}

/** `alice@build-7`. */
export const whoami = (): string => `${userName()}@${hostname()}`;

/** Whether the process that a row names can be seen to be gone: only on this very machine. */
export function isGone({ machine, pid }: Pick<Holder, "machine" | "pid">, here: Holder): boolean {
  if (machine !== here.machine) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Containers may share a name, and number their processes each from 1. */
function machineId(): string {
  const parts = [hostname(), read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))];
  parts.push(read(() => readlinkSync("/proc/self/ns/pid")));
  return createHash("sha256").update(parts.join()).digest("hex").slice(0, 16);
}

/** Not every system has it, and not every user has a name. */
function read(ask: () => string): string {
  try {
    return ask().trim();
  } catch {
    return "";
  }
}

const userName = () => read(() => userInfo().username) || "somebody";
