// Runs a command and looks at what it takes.
import { spawn } from "node:child_process";
import { endOf } from "./end-of.mts";
import type { Role } from "./processes/proc.mts";
import { sample } from "./processes/sample.mts";
import type { Usage } from "./processes/usage.mts";

export interface Command {
  file: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** What it reads. */
  input?: string;
  /** What the process itself counts as. */
  role: Role;
}

export interface Ended {
  code: number | null;
  seconds: number;
  output: string;
  usage: Usage | undefined;
}

/** Longer than anything took that was worth waiting for. */
const limitMs = 45 * 60_000;

export class TooLong extends Error {}

/** `stop` ends it, as an interrupt at a terminal would. */
export async function run({ file, args, cwd, env, input, role }: Command, stop: AbortSignal): Promise<Ended> {
  const tooLong = AbortSignal.timeout(limitMs);
  const start = performance.now();
  const signal = AbortSignal.any([stop, tooLong]);
  const child = spawn(file, args, { cwd, env, signal, killSignal: "SIGINT" });
  const usage = sample(child.pid ?? 0, role);
  const ended = new Promise<number | null>((resolve, reject) => {
    let failed: Error | undefined;
    child.on("error", (error) => {
      failed = error;
      if (child.pid === undefined) reject(error);
    });
    child.on("close", (code) => (failed ? reject(failed) : resolve(code)));
  });
  child.stdin.on("error", () => {}).end(input ?? "");
  try {
    const [code, output, errors] = await Promise.all([ended, endOf(child.stdout), endOf(child.stderr)]);
    const seconds = Math.round((performance.now() - start) / 10) / 100;
    return { code, seconds, output: output + errors, usage: usage() };
  } catch (error) {
    usage();
    if (stop.aborted) throw stop.reason;
    throw tooLong.aborted ? new TooLong(`was not over after ${limitMs / 60_000} minutes`) : error;
  }
}

/** Answers what it printed, or fails with that. */
export async function must(command: Command, stop: AbortSignal): Promise<Ended> {
  const ended = await run(command, stop);
  if (ended.code !== 0) throw failure(command, ended);
  return ended;
}

export const failure = ({ file, args }: Command, { code, output }: Ended): Error =>
  new Error(`${[file, ...args].join(" ")} exited with ${code}\n${output}`);
