import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Failure } from "../failure.js";

export interface HarperPackage {
  version: string;
  /** The file to run with Node. */
  executable: string;
}

/** The npm package `harperdb` of the user's project, else the one beside us. */
export function findHarper(project: string = process.cwd()): HarperPackage {
  // Searched on disk: the package's `exports` hide its package.json.
  const places = [join(resolve(project), "any.js"), __filename].flatMap(
    (from) => createRequire(from).resolve.paths("harperdb") ?? [],
  );
  const folder = places.map((place) => join(place, "harperdb")).find((path) => existsSync(join(path, "package.json")));
  if (!folder)
    throw new Failure("the npm package harperdb is not installed here: npm install --save-dev harperdb node");
  const { version, bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    bin: { harperdb: string };
  };
  return { version, executable: join(folder, bin.harperdb) };
}
