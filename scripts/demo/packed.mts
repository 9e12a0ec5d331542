// The package as a user gets it: packed, then installed.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { must } from "./run.mts";

/** The files of a program that are its author's, without what was installed or configured. */
const own = ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts"];

/** Packs the project; answers the archive. */
export async function pack(project: string, into: string): Promise<string> {
  mkdirSync(into, { recursive: true });
  const { stdout } = await must("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", into], {
    cwd: project,
  });
  return join(into, stdout.trim().split("\n").at(-1) ?? "");
}

/** Copies a program. */
export function copyProgram(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of own.filter((name) => existsSync(join(from, name)))) cpSync(join(from, file), join(to, file));
}

/** Installs what the program asks for, the package itself from its archive. */
export async function install(program: string, archive: string): Promise<void> {
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await must("npm", ["install", ...quiet, archive], { cwd: program });
}
