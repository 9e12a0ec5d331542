import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Failure } from "../failure.js";

export interface HarperPackage {
  version: string;
  folder: string;
  /** The file to run with Node. */
  executable: string;
}

/**
 * The npm package `harperdb` of the user's project, else the one beside us. `wanted` is another one: its folder, or its
 * version, under whatever name it is installed (`npm:harperdb@4.4.18`).
 */
export function findHarper(wanted?: string, project: string = process.cwd()): HarperPackage {
  if (wanted !== undefined && existsSync(join(wanted, "package.json"))) return read(resolve(wanted));
  // Searched on disk: the package's `exports` hide its package.json.
  const places = [join(resolve(project), "any.js"), __filename].flatMap(
    (from) => createRequire(from).resolve.paths("harperdb") ?? [],
  );
  const folders = wanted === undefined ? places.map((place) => join(place, "harperdb")) : places.flatMap(likeHarper);
  const found = folders.filter((folder) => existsSync(join(folder, "package.json"))).map(read);
  const [harper] = found.filter(({ version }) => wanted === undefined || version === wanted);
  if (harper) return harper;
  if (wanted === undefined)
    throw new Failure("the npm package harperdb is not installed here: npm install --save-dev harperdb node");
  const versions = [...new Set(found.map(({ version }) => version))].sort().join(", ");
  throw new Failure(
    `Harper ${wanted} is not installed here${versions && `, only ${versions}`}: npm install --save-dev harperdb-${wanted}@npm:harperdb@${wanted}`,
  );
}

const likeHarper = (place: string): string[] =>
  existsSync(place)
    ? readdirSync(place)
        .filter((name) => name.startsWith("harperdb"))
        .map((name) => join(place, name))
    : [];

function read(folder: string): HarperPackage {
  const { version, bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    bin?: { harperdb?: string };
  };
  if (!bin?.harperdb) throw new Failure(`${folder} is not the npm package harperdb`);
  return { version, folder, executable: join(folder, bin.harperdb) };
}

/**
 * Harper 4.4 refuses its peers where its operations API has a plain port: the check of their certificates is then put on
 * that port, and not on the one for replication.
 */
export const needsSecureOperations = ({ version }: HarperPackage): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 4 || (major === 4 && minor < 7);
};
