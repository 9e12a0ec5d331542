import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { command } from "./harness";

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
  function pulumiAnswers(answers: Record<string, string>) {
    const script = `#!${process.execPath}
const line = process.argv.slice(2).join(" ");
const answers = ${JSON.stringify(answers)};
const [, answer] = Object.entries(answers).filter(([key]) => line.startsWith(key)).sort(([a], [b]) => b.length - a.length)[0] ?? [];
if (answer === undefined) { console.error("error: no answer to " + line); process.exitCode = 255; } else process.stdout.write(answer);
`;
    writeFileSync(join(at.folder, "pulumi"), script);
    chmodSync(join(at.folder, "pulumi"), 0o755);
  }

  const run = (...args: string[]) => command(...args, "--cwd", at.folder);
  return { at, pulumiAnswers, run };
}
