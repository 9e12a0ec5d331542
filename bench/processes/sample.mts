import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Process, parseCommand, parsePeak, parseStat, type Role, treeOf } from "./proc.mts";
import { type Usage, UsageMeter } from "./usage.mts";

const everyMs = 100;
export const canSample = existsSync("/proc/self/stat");

/** Looks at a process and all below it ten times a second. Answers what ends it; nothing where there is no /proc. */
export function sample(root: number, rootRole: Role): () => Usage | undefined {
  if (!canSample) return () => undefined;
  const meter = new UsageMeter();
  const look = () => meter.see(treeOf(processes(), root, rootRole));
  look();
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    return meter.usage();
  };
}

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => read(pid) ?? []);
}

function read(pid: string): Process | undefined {
  const text = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
  try {
    return { ...parseStat(text("stat")), peak: parsePeak(text("status")), command: parseCommand(text("cmdline")) };
  } catch (error) {
    // It ended while it was read.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
