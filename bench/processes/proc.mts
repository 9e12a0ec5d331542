// Linux's /proc in words: which processes belong to a command, as what, and what they have taken.

export type Role = "engine" | "program" | "provider";
export const roles = ["engine", "program", "provider"] as const;

export interface Process {
  pid: number;
  parent: number;
  /** Processor time of its own, and of the children that it has waited for, in seconds. */
  cpu: number;
  waitedCpu: number;
  /** The most memory that it ever had, in bytes. */
  peak: number;
  command: string;
}

/** The kernel tells user space hundredths of seconds, whatever its own clock. */
const ticksPerSecond = 100;

/** The name is in brackets and may hold any character, brackets, too. */
export function parseStat(stat: string): Pick<Process, "pid" | "parent" | "cpu" | "waitedCpu"> {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const at = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(stat, 10),
    parent: at(4),
    cpu: (at(14) + at(15)) / ticksPerSecond,
    waitedCpu: (at(16) + at(17)) / ticksPerSecond,
  };
}

/** Of /proc/PID/status. A process that has ended and is not waited for yet has no memory. */
export const parsePeak = (status: string): number => Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;

export const parseCommand = (cmdline: string): string => cmdline.replaceAll("\0", " ").trim();

const provider = /pulumi-resource-|dynamic-provider|plugin\/bundle\/main\.js|provider-alone|terraform-provider-/;
const program = /pulumi-language-|@pulumi\/pulumi\/cmd\/run/;

/** Of a process by what it runs; otherwise it is what its parent is. */
export const roleOf = (command: string): Role | undefined =>
  provider.test(command) ? "provider" : program.test(command) ? "program" : undefined;

/** The process and all below it, each with its role. */
export function treeOf(processes: readonly Process[], root: number, rootRole: Role): Map<Process, Role> {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const found = new Map<Process, Role>();
  const add = (process: Process, role: Role) => {
    found.set(process, role);
    for (const child of children.get(process.pid) ?? []) add(child, roleOf(child.command) ?? role);
  };
  const first = processes.find(({ pid }) => pid === root);
  if (first) add(first, rootRole);
  return found;
}
