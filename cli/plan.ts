import { readFileSync } from "node:fs";
import { type Plan, readPlan } from "../topology/program/plan.js";
import { Misuse } from "./failure.js";
import { pulumi, readPrinted } from "./pulumi.js";

/** Where a plan comes from: a file with what `pulumi preview --json --show-sames` printed, `-` for standard input, or a preview of now. */
export interface PlanSource {
  preview?: string;
  stack?: string;
}

export async function planFrom({ preview, stack }: PlanSource): Promise<Plan> {
  if (preview === undefined) return planIn(await runPreview(stack), "pulumi preview");
  return planIn(textOf(preview), `--preview ${preview}`);
}

/** `what` printed it. */
export const planIn = (text: string, what: string): Plan =>
  readPrinted(readPlan, text, what, "pulumi preview --json --show-sames");

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Misuse(`--preview ${file}: ${(error as Error).message}`);
  }
}

const runPreview = (stack?: string) => pulumi("pulumi preview", ["preview", "--json", "--show-sames"], { stack });
