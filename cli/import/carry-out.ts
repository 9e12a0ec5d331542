import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Adoption } from "../../topology/adopt/index.js";
import { Failure, Found } from "../failure.js";
import { print, say, withProgress } from "../terminal.js";
import { type File, missingIn } from "./folder.js";
import { configure, type Difference, differences, openStack, runImport, type Setting } from "./stack.js";

export interface Work {
  folder: string;
  isProject: boolean;
  files: File[];
  settings: Setting[];
  adoption: Adoption;
  stack: string | undefined;
}

/** Writes, imports and looks; what fails leaves all in place. */
export async function carryOut({ folder, isProject, files, settings, adoption, stack: wanted }: Work): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const write = (some: File[]) => {
    for (const { name, text } of some) writeFileSync(join(folder, name), text);
  };
  const isDescription = ({ name }: File) => name === "Pulumi.yaml";
  write(files.filter(isDescription));
  const stack = await openStack(folder, wanted).catch((error) => {
    if (!isProject) rmSync(join(folder, "Pulumi.yaml"));
    throw error;
  });
  write(files.filter((file) => !isDescription(file)));
  say(`wrote ${files.map(({ name }) => name).join(", ")} to ${folder}`);
  await install(folder);
  await configure(stack, settings);
  const leftInPlace = (error: Error) => {
    throw new Failure(`${error.message}\n${goOn(folder)}`);
  };
  await runImport(stack).catch(leftInPlace);
  say(`imported ${adoption.resources.length} resources into the stack ${stack.name}`);
  conclude(adoption, await differences(stack).catch(leftInPlace), folder);
}

function conclude({ resources }: Adoption, found: Difference[], folder: string): void {
  for (const { text } of found) print(text);
  const known = new Set(resources.filter(({ problem }) => problem).map(({ name }) => name));
  if (found.some(({ name }) => !known.has(name))) throw new Failure(`a preview shows changes. ${goOn(folder)}`);
  if (found.length > 0) throw new Found(`there is something to mend, and nothing else differs. ${mending}`);
  print(`a preview of ${folder} shows no change`);
}

const mending =
  "`pulumi up` does the above. For what is not to come back, see docs/adopting.md: it is declared at one that stays, and taken out again.";

const goOn = (folder: string) =>
  `All is left in place. In ${folder}, change index.ts until \`pulumi preview\` shows no change; or remove the folder and the stack (\`pulumi stack rm --force\` touches no instance) and begin anew.`;

async function install(folder: string): Promise<void> {
  const missing = missingIn(folder);
  if (missing.length === 0) return;
  say(`${missing.join(" and ")} cannot be found from there: npm install`);
  await withProgress("npm install", () =>
    promisify(execFile)("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder }),
  ).catch((error: { stderr?: string; message: string }) => {
    throw new Failure(`npm install: ${error.stderr?.trim() || error.message}`);
  });
}
