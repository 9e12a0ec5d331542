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

/** Pulumi in this folder; answers what it printed. */
export async function pulumi(what: string, args: string[], stack?: string): Promise<string> {
  const all = [...args, "--non-interactive", ...(stack ? ["--stack", stack] : [])];
  return withProgress(what, async () => {
    const done = await promisify(execFile)("pulumi", all, { maxBuffer: 1024 * 1024 * 1024 }).catch((error) => {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
      // A preview that fails says why in its JSON.
      if (stdout?.trimStart().startsWith("{")) return { stdout };
      throw new Failure(code === "ENOENT" ? "pulumi is not on PATH" : `pulumi ${args[0]}: ${stderr?.trim() || code}`);
    });
    return done.stdout;
  });
}

const runPreview = (stack?: string) => pulumi("pulumi preview", ["preview", "--json", "--show-sames"], stack);
