import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { command } from "./harness";
import { stubPulumi } from "./stub-pulumi";

/** Each test of the file that calls this has a project of its own, and a CLI in place of Pulumi's. */
export function useProject() {
  const at = { folder: "" };
  const [path, before] = [process.env.PATH, process.cwd()];
  beforeEach(() => {
    at.folder = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
    writeFileSync(join(at.folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    process.env.PATH = [at.folder, path].join(delimiter);
  });
  afterEach(() => {
    process.env.PATH = path;
    process.chdir(before);
    rmSync(at.folder, { recursive: true });
  });

  /** A CLI that answers these command lines, each by its beginning, and fails at all others. */
  const pulumiAnswers = (answers: Record<string, string>) => stubPulumi(at.folder, answers);
  const run = (...args: string[]) => command(...args, "--cwd", at.folder);
  return { at, pulumiAnswers, run };
}
