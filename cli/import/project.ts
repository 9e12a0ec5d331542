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

/** A package.json with what the program asks for. TypeScript is among it: the one inside of Pulumi is too old for these settings. */
export function packageOf(before: string | undefined, folder: string, versions: Versions): string {
  const known = before === undefined ? fresh(folder) : parse(before);
  const dependencies = { "@pulumi/pulumi": versions.pulumi, "pulumi-harper": `^${versions.package}` };
  const devDependencies = { "@types/node": versions.types, typescript: versions.typescript };
  const has = (name: string) => known.dependencies?.[name] ?? known.devDependencies?.[name];
  const missing = (some: Record<string, string>) => Object.entries(some).filter(([name]) => !has(name));
  const [others, tools] = [missing(dependencies), missing(devDependencies)];
  if (before !== undefined && others.length + tools.length === 0) return before;
  const whole = {
    ...known,
    dependencies: { ...known.dependencies, ...Object.fromEntries(others) },
    devDependencies: { ...known.devDependencies, ...Object.fromEntries(tools) },
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

interface Package {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const fresh = (folder: string): Package & Record<string, unknown> => ({
  name: projectName(folder).toLowerCase(),
  private: true,
  main: "index.ts",
});

function parse(text: string): Package {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`package.json: ${(error as Error).message}`);
  }
}
