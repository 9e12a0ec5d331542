import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Failure } from "../failure.js";
import { descriptionOf, packageOf, type Versions, withPlugin } from "./project.js";

/** A file that is written. */
export interface File {
  name: string;
  text: string;
}

/** What a folder may have before. */
const harmless = /^\.|^(node_modules|package\.json|package-lock\.json|README(\.md)?)$/;
const programs = ["index.ts", "index.js"];

export const importFileName = "import.json";

/** Refuses a folder in which something would be overwritten. Answers whether it is a Pulumi project. `given` are files of the call. */
export function lookInto(folder: string, given: readonly string[] = []): { isProject: boolean } {
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const refuse = (what: string) =>
    new Failure(`${folder} ${what}; nothing is overwritten: say --dir FOLDER with a new one`);
  const program = [...programs, importFileName].find((name) => entries.includes(name));
  if (program) throw refuse(`has ${program} already`);
  const isProject = entries.includes("Pulumi.yaml");
  const others = entries.filter((name) => !harmless.test(name) && !given.includes(join(folder, name)));
  if (!isProject && others.length > 0) throw refuse(`is neither empty nor a Pulumi project (${others.join(", ")})`);
  if (isProject) requirePlain(readFileSync(join(folder, "Pulumi.yaml"), "utf8"), refuse);
  return { isProject };
}

/** A project whose program would be this one. */
function requirePlain(description: string, refuse: (what: string) => Failure): void {
  const [, main] = /^main:\s*(\S+)/m.exec(description) ?? [];
  if (main) throw refuse(`has the program ${main}, as its Pulumi.yaml says`);
  if (!/^(runtime:|\s+name:)\s*["']?nodejs\b/m.test(description)) throw refuse("is a project of another language");
}

/** The files of a project beside its program: those that are missing, or lack what the plugin needs. */
export function projectFiles(folder: string, versions: Versions): File[] {
  const contentOf = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const files: [name: string, before: string | undefined, after: string][] = [];
  const description = contentOf("Pulumi.yaml");
  files.push([
    "Pulumi.yaml",
    description,
    withPlugin(description ?? descriptionOf(basename(folder)), pluginIn(folder)),
  ]);
  const dependencies = contentOf("package.json");
  files.push(["package.json", dependencies, packageOf(dependencies, basename(folder), versions)]);
  const settings = contentOf("tsconfig.json");
  files.push(["tsconfig.json", settings, settings ?? tsconfig]);
  return files.filter(([, before, after]) => before !== after).map(([name, , text]) => ({ name, text }));
}

const pluginIn = (folder: string) =>
  `${relative(folder, installedIn(folder, own) ?? join(folder, modules, own))}/plugin`;
const modules = "node_modules";
const own = "pulumi-harper";

/** The packages that the program needs, and would not find. */
export const missingIn = (folder: string): string[] => [own, "typescript"].filter((name) => !installedIn(folder, name));

/** Where the program will find a package. */
function installedIn(folder: string, name: string): string | undefined {
  const found = join(resolve(folder), modules, name);
  if (existsSync(join(found, "package.json"))) return found;
  const parent = dirname(resolve(folder));
  return parent === resolve(folder) ? undefined : installedIn(parent, name);
}

const tsconfig = `${JSON.stringify(
  {
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      moduleResolution: "nodenext",
      types: ["node"],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    },
    files: ["index.ts"],
  },
  null,
  2,
)}\n`;
