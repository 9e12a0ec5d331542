import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
type Fake = typeof import("../../test/fake/index.ts");

/** The fake is CommonJS in TypeScript, which only the compiler understands. Answers the file that is to be loaded. */
export function compileFake(work: string): string {
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "bench"], { stdio: "inherit" });
  return resolve(work, "js/test/fake/index.js");
}

export const loadFake = (compiled: string): Fake => require(compiled);
