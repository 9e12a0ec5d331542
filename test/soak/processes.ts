import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Sample } from "./verdict";

/** What the kernel knows of a process: memory, file handles, sockets. */
export type Held = Pick<Sample, "rss" | "files" | "sockets" | "connections">;

const established = "01";

export function heldBy(pid: number): Held {
  const handles = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch (error) {
      // Closed since the folder was read.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
  const inodes = new Set(handles.flatMap((to) => /^socket:\[(\d+)\]$/.exec(to)?.[1] ?? []));
  const open = ["tcp", "tcp6"].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n"));
  const connections = open.filter((line) => {
    const [, , , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === established && inode !== undefined && inodes.has(inode);
  });
  return { rss: memoryOf(pid), files: handles.length, sockets: inodes.size, connections: connections.length };
}

/** Megabytes. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
