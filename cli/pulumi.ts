import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { Failure } from "./failure.js";
import { withProgress } from "./terminal.js";

interface Options {
  stack?: string | undefined;
  env?: Record<string, string>;
}

/** Pulumi in this folder; answers what it printed. */
export async function pulumi(what: string, args: string[], { stack, env }: Options = {}): Promise<string> {
  const options = { maxBuffer: 1024 * 1024 * 1024, env: { ...process.env, ...env } };
  return withProgress(what, async () => {
    const done = await promisify(execFile)("pulumi", lineOf(args, stack), options).catch((error) => {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
      // A preview that fails says why in its JSON.
      if (stdout?.trimStart().startsWith("{")) return { stdout };
      throw new Failure(code === "ENOENT" ? "pulumi is not on PATH" : `pulumi ${args[0]}: ${stderr?.trim() || code}`);
    });
    return done.stdout;
  });
}

/** The same with all it says on standard error, as it says it; answers its exit code. */
export async function pulumiAloud(args: string[], { stack, env }: Options = {}): Promise<number> {
  const child = spawn("pulumi", lineOf(args, stack), {
    stdio: ["ignore", process.stderr, process.stderr],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
}

const lineOf = (args: string[], stack: string | undefined): string[] => [
  ...args,
  "--non-interactive",
  ...(stack ? ["--stack", stack] : []),
];
