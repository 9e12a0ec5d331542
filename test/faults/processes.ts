import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Kills what a process of ours has started, and what those have, where their command is as given. Throws where none is. */
export async function killBelow(pid: number | undefined, command: RegExp): Promise<void> {
  const { stdout } = await run("ps", ["-axo", "pid=,ppid=,args="], { maxBuffer: 64 * 1024 * 1024 });
  const processes = stdout.split("\n").flatMap((line) => {
    const [, own, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return own ? [{ pid: Number(own), parent: Number(parent), args }] : [];
  });
  const below = new Set([pid]);
  for (const one of processes.toSorted((a, b) => a.pid - b.pid)) if (below.has(one.parent)) below.add(one.pid);
  const found = processes.filter((one) => below.has(one.pid) && command.test(one.args));
  if (found.length === 0) throw new Error(`no process below ${pid} runs ${command}`);
  for (const one of found) process.kill(one.pid, "SIGKILL");
}
