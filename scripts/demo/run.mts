// Commands of the demo and of the end-to-end tests, with what they say and how long they take.
import { spawn } from "node:child_process";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Ended when it takes longer. */
  limitMs?: number;
  /** Kills it, as nothing else would: no child of its own goes with it. */
  kill?: AbortSignal;
  /** Told every piece of output as it comes. */
  hear?: (text: string) => void;
  /** Told the process's id. */
  started?: (pid: number) => void;
}

export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, limitMs = 240_000, kill, hear, started }: RunOptions,
): Promise<Outcome> {
  const start = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limitMs,
  });
  if (child.pid) started?.(child.pid);
  kill?.addEventListener("abort", () => child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    hear?.(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    hear?.(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (status) => resolve(status ?? -1));
  });
  // Ended by us, it had no time to say why it took so long.
  if (child.killed && !kill?.aborted) stderr += `\n(ended, as it was not over after ${limitMs / 1000} s)`;
  return { code, stdout, stderr, seconds: (performance.now() - start) / 1000 };
}

/** The same, but a failure throws with all that was said. */
export async function must(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0)
    throw new Error(`${command} ${args.join(" ")}: exit code ${outcome.code}\n${outcome.stdout}${outcome.stderr}`);
  return outcome;
}
