import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../failure.js";

export interface HarperPackage {
  version: string;
  /** The file to run with Node. */
  executable: string;
}

/** The npm package `harperdb` of the user's project, else the one beside us. */
export function findHarper(project: string = process.cwd()): HarperPackage {
  for (const from of [join(resolve(project), "any.js"), __filename]) {
    try {
      const file = createRequire(from).resolve("harperdb/package.json");
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      return { version, executable: join(dirname(file), "bin", "harperdb.js") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Failure("the npm package harperdb is not installed here: npm install --save-dev harperdb node");
}
