import { readFileSync } from "node:fs";
import { findProject } from "../connections.js";
import { Failure } from "../failure.js";
import { pulumi } from "../pulumi.js";

/** The project of this folder and the stack, as URNs have them. */
export async function stackName(stack?: string): Promise<{ project: string; name: string }> {
  const name = (await pulumi("pulumi stack", ["stack", "--show-name"], { stack })).trim();
  return { project: projectName(), name };
}

function projectName(): string {
  const file = findProject(process.cwd());
  if (!file) throw new Failure("there is no Pulumi project in this folder");
  const text = readFileSync(file, "utf8");
  const [, name] = /^\s*"?name"?\s*:\s*["']?([\w.-]+)/m.exec(text) ?? [];
  if (!name) throw new Failure(`${file} has no name`);
  return name;
}
