import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "./failure.js";

/** The file that describes the project of a folder, in it or above. */
export function findProject(folder: string): string | undefined {
  const file = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => join(folder, name)).find(existsSync);
  const parent = dirname(resolve(folder));
  return file ?? (parent === folder ? undefined : findProject(parent));
}

/** What the project of this folder is called. */
export function projectName(): string {
  const file = findProject(process.cwd());
  if (!file) throw new Failure("there is no Pulumi project in this folder");
  const name = nameIn(readFileSync(file, "utf8"));
  if (!name) throw new Failure(`${file} has no name`);
  return name;
}

/** Of YAML the key that is not indented, as others have names, too. */
export function nameIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { name?: string }).name;
  } catch {
    return /^["']?name["']?\s*:\s*["']?([\w.-]+)/m.exec(text)?.[1];
  }
}
