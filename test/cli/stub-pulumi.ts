import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** In a folder that is on PATH: a CLI that answers these command lines, each by its beginning, and fails at all others. */
export function stubPulumi(folder: string, answers: Record<string, string>): void {
  const script = `#!${process.execPath}
const line = process.argv.slice(2).join(" ");
const answers = ${JSON.stringify(answers)};
const [, answer] = Object.entries(answers).filter(([key]) => line.startsWith(key)).sort(([a], [b]) => b.length - a.length)[0] ?? [];
if (answer === undefined) { console.error("error: no answer to " + line); process.exitCode = 255; } else process.stdout.write(answer);
`;
  writeFileSync(join(folder, "pulumi"), script);
  chmodSync(join(folder, "pulumi"), 0o755);
}
