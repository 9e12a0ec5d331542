import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Instance } from "./cluster.js";
import { rootPathOf } from "./root-path.js";

const run = promisify(execFile);

/**
 * The pids that run this instance. Found by the data folder in their environment: a restart by Harper's own operation
 * makes another process, and a pid kept in a file may be somebody else's by now.
 */
export async function processesOf(instance: Instance): Promise<number[]> {
  const setting = `ROOTPATH=${rootPathOf(instance)}`;
  return process.platform === "linux" ? fromProc(setting) : fromPs(setting);
}

async function fromProc(setting: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    // Of other users, or gone meanwhile.
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    return environment.split("\0").includes(setting) ? [Number(pid)] : [];
  });
  return (await Promise.all(found)).flat();
}

async function fromPs(setting: string): Promise<number[]> {
  const { stdout } = await run("ps", ["-axEww", "-o", "pid=,command="], { maxBuffer: 64 * 1024 * 1024 });
  const lines = stdout.split("\n").filter((line) => `${line} `.includes(` ${setting} `));
  return lines.map((line) => Number.parseInt(line, 10));
}
