import { createRequire } from "node:module";
import { Failure } from "../failure.js";

export interface Versions {
  package: string;
  pulumi: string;
  types: string;
  typescript: string;
}

/** What this package asks for, and was tried with. */
export function ownVersions(): Versions {
  const require = createRequire(__filename);
  const own = require("pulumi-harper/package.json") as Record<string, unknown> & { version: string };
  const of = (kind: string, name: string) => (own[kind] as Record<string, string>)[name] as string;
  return {
    package: own.version,
    pulumi: of("peerDependencies", "@pulumi/pulumi"),
    types: of("devDependencies", "@types/node"),
    typescript: of("devDependencies", "typescript"),
  };
}

/** A new Pulumi.yaml. */
export const descriptionOf = (folder: string): string => `name: ${projectName(folder)}\nruntime: nodejs\n`;

const projectName = (folder: string) => folder.replace(/[^A-Za-z0-9_.-]/g, "-") || "harper";

/** A Pulumi.yaml with the place of the plugin, which imports need. */
export function withPlugin(description: string, path: string): string {
  const entry = `    - name: harper\n      path: ${path}\n`;
  if (/^plugins:/m.test(description)) {
    if (/^\s*- name: harper\s*$/m.test(description)) return description;
    throw new Failure(`Pulumi.yaml has plugins, but not this one: add to its plugins.providers\n${entry}`);
  }
  const comment = "# The plugin comes with the npm package; nothing is downloaded.";
  return `${description.replace(/\n*$/, "\n")}${comment}\nplugins:\n  providers:\n${entry}`;
}

/** A package.json with what the program asks for. */
export function packageOf(before: string | undefined, folder: string, versions: Versions): string {
  const known = before === undefined ? undefined : parse(before);
  const dependencies = { "@pulumi/pulumi": versions.pulumi, "pulumi-harper": `^${versions.package}` };
  if (!known) {
    const name = projectName(folder).toLowerCase();
    const devDependencies = { "@types/node": versions.types, typescript: versions.typescript };
    return `${JSON.stringify({ name, private: true, main: "index.ts", dependencies, devDependencies }, null, 2)}\n`;
  }
  const missing = Object.entries(dependencies).filter(([name]) => !known.dependencies?.[name]);
  if (missing.length === 0) return before as string;
  const all = { ...known.dependencies, ...Object.fromEntries(missing) };
  return `${JSON.stringify({ ...known, dependencies: all }, null, 2)}\n`;
}

function parse(text: string): { dependencies?: Record<string, string> } {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`package.json: ${(error as Error).message}`);
  }
}
