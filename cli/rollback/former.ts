import { createRequire } from "node:module";
import { join } from "node:path";
import { variableOf } from "../../provider/config.js";
import type { Plan } from "../../topology/program/plan.js";
import type { Restored } from "../../topology/rollback/restored.js";
import { Failure } from "../failure.js";
import { planIn } from "../plan.js";
import { pulumi, pulumiAloud } from "../pulumi.js";

/** The program of a former state, as Pulumi runs it in this project: with its stack, its configuration and its plugins. */
export interface Former {
  /** From what is there now. */
  plan(): Promise<Plan>;
  /** `hash`: of the live topology that was looked at. Where it has moved since, nothing is written. */
  up(hash: string | undefined): Promise<void>;
  close(): void;
}

export async function formerProgram(restored: Restored, stack: string | undefined): Promise<Former> {
  const { offer } = await host();
  const { address, close } = await offer(restored);
  const flags = [
    "--refresh",
    "--run-program",
    `--client=${address}`,
    ...restored.untouched.map((urn) => `--exclude=${urn}`),
  ];
  return {
    close,
    async plan() {
      const text = await pulumi("pulumi preview", ["preview", "--json", "--show-sames", ...flags], { stack });
      return planIn(text, "pulumi preview");
    },
    async up(hash) {
      const env = hash ? { [variableOf("expectedTopology")]: hash } : {};
      const code = await pulumiAloud(["up", "--yes", "--skip-preview", ...flags], { stack, env });
      if (code !== 0)
        throw new Failure(
          "pulumi up failed, and the state has what was done of it. Run the same rollback again, or `pulumi up` of the program to go forward",
        );
    },
  };
}

type Host = typeof import("../../sdk/rollback/index.js");

/** The package that the project has, as its resources name that one; or this one. */
async function host(): Promise<Host> {
  try {
    return createRequire(join(process.cwd(), "index.js"))("pulumi-harper/rollback") as Host;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "MODULE_NOT_FOUND" && code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
  }
  try {
    return await import("../../sdk/rollback/index.js");
  } catch (error) {
    throw new Failure(`the npm package @pulumi/pulumi is needed beside pulumi-harper: ${(error as Error).message}`);
  }
}
