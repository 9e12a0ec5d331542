import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { Failure } from "./failure.js";
import { withProgress } from "./terminal.js";

interface Options {
  stack?: string | undefined;
  env?: Record<string, string>;
  /** Default: this folder. */
  folder?: string | undefined;
  /** For its standard input, where a secret is no argument. */
  input?: string | undefined;
}

/** Pulumi in a folder; answers what it printed. */
export async function pulumi(what: string, args: string[], given: Options = {}): Promise<string> {
  const { stack, env, folder, input = "" } = given;
  const options = { maxBuffer: 1024 * 1024 * 1024, env: { ...process.env, ...env }, cwd: folder };
  return withProgress(what, async () => {
    const running = promisify(execFile)("pulumi", lineOf(args, stack), options);
    // Where it ends without reading, how it ended says more.
    running.child.stdin?.on("error", () => undefined).end(input);
    const done = await running.catch((error) => {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
      // A preview that fails says why in its JSON.
      if (stdout?.trimStart().startsWith("{")) return { stdout };
      const said = [stderr, stdout].map((text) => text?.trim()).filter(Boolean);
      throw new Failure(
        code === "ENOENT" ? "pulumi is not on PATH" : `pulumi ${args[0]}: ${said.join("\n") || String(code)}`,
      );
    });
    return done.stdout;
  });
}

/** What Pulumi printed, as `read` takes it; `expected` is the command that prints such. */
export function readPrinted<T>(read: (text: string) => T, text: string, what: string, expected: string): T {
  try {
    return read(text);
  } catch (error) {
    const isOther = error instanceof SyntaxError;
    throw new Failure(`${what}: ${isOther ? `is not what ${expected} prints` : (error as Error).message}`);
  }
}

/** Pulumi with all it says on standard error, as it says it; answers its exit code. */
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
  ...["--color", "never"],
  ...(stack ? ["--stack", stack] : []),
];
