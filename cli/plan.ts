import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type Plan, readPlan } from "../topology/program/plan.js";
import { Failure, Misuse } from "./failure.js";
import { withProgress } from "./terminal.js";

/** Where a plan comes from: a file with what `pulumi preview --json --show-sames` printed, `-` for standard input, or a preview of now. */
export interface PlanSource {
  preview?: string;
  stack?: string;
}

export async function planFrom({ preview, stack }: PlanSource): Promise<Plan> {
  const text = preview === undefined ? await runPreview(stack) : textOf(preview);
  try {
    return readPlan(text);
  } catch (error) {
    const what = preview === undefined ? "pulumi preview" : `--preview ${preview}`;
    throw new Failure(
      error instanceof SyntaxError
        ? `${what}: is not what pulumi preview --json --show-sames prints`
        : `${what}: ${(error as Error).message}`,
    );
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Misuse(`--preview ${file}: ${(error as Error).message}`);
  }
}

interface Where {
  stack?: string | undefined;
  /** Default: this folder. */
  folder?: string | undefined;
  /** For its standard input, where a secret is no argument. */
  input?: string | undefined;
}

/** Pulumi in a folder; answers what it printed. */
export async function pulumi(what: string, args: string[], { stack, folder, input }: Where = {}): Promise<string> {
  const all = [...args, "--non-interactive", "--color", "never", ...(stack ? ["--stack", stack] : [])];
  return withProgress(what, async () => {
    const running = promisify(execFile)("pulumi", all, { maxBuffer: 1024 * 1024 * 1024, cwd: folder });
    running.child.stdin?.end(input ?? "");
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

const runPreview = (stack?: string) => pulumi("pulumi preview", ["preview", "--json", "--show-sames"], { stack });
