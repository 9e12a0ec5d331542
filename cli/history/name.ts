import { projectName } from "../project.js";
import { pulumi } from "../pulumi.js";

/** The project of this folder and the stack, as URNs have them. */
export async function stackName(stack?: string): Promise<{ project: string; name: string }> {
  const name = (await pulumi("pulumi stack", ["stack", "--show-name"], { stack })).trim();
  return { project: projectName(), name };
}
