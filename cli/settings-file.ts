import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { checkSettingsSchema } from "../topology/rules/index.js";
import { Failure } from "./failure.js";
import { findProject } from "./project.js";

const schema = z.strictObject({ checks: checkSettingsSchema.optional() });

/** What a project says of itself to this command: `pulumi-harper.json` beside its Pulumi.yaml. */
export function readSettingsFile(): z.output<typeof schema> {
  const project = findProject(process.cwd());
  const file = join(project ? dirname(project) : "", "pulumi-harper.json");
  if (!existsSync(file)) return {};
  const parsed = schema.safeParse(contentOf(file));
  if (parsed.success) return parsed.data;
  throw new Failure(
    `${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`,
  );
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Failure(`${path}: ${(error as Error).message}`);
  }
}
