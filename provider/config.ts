import { z } from "zod";
import { type Connection, connectionProblems, connectionSchema, HarperError } from "./operations-api";
import { pathOf } from "./paths";

/** The provider's own settings: `pulumi config set harper:…`, or the arguments of an explicit provider. */
export const configSchema = z.strictObject({
  instances: z
    .record(z.string().min(1), connectionSchema)
    .optional()
    .meta({ description: "Every Harper instance by name; a resource's `target` is one of these names.", secret: true }),
  ...connectionSchema.partial().shape,
  unverified: z.enum(["keep", "fail"]).optional().meta({
    description:
      "What a refresh does with an object of an instance that cannot be asked: `keep` its state and warn (default), or `fail`.",
  }),
});

/** Settings as the core uses them. The sole instance of `endpoint`, `username`, … is called `default`. */
export interface Settings {
  instances: Record<string, Connection>;
  unverified: "keep" | "fail";
}

/** The name of the instance that the top-level `endpoint` describes. */
export const soleInstance = "default";

/** Reads the settings; throws HarperError `invalid` that names each wrong property. */
export function readSettings(raw: Record<string, unknown>): Settings {
  const parsed = configSchema.safeParse(raw);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `harper:${pathOf(issue.path)} ${issue.message}`);
  const { instances = {}, unverified = "keep", ...sole } = parsed.data ?? {};
  const named: Record<string, Connection> = { ...instances };
  if (sole.endpoint && named[soleInstance])
    problems.push(
      `harper:endpoint is the instance "${soleInstance}", which harper:instances has, too: leave out one of the two`,
    );
  if (sole.endpoint) named[soleInstance] = sole as Connection;
  else if (Object.keys(sole).length > 0)
    problems.push("harper:endpoint is missing beside the other settings of the connection");
  for (const [name, connection] of Object.entries(named))
    for (const { property, reason } of connectionProblems(connection))
      problems.push(`harper:instances["${name}"].${property} ${reason}`);
  if (problems.length > 0)
    throw new HarperError("invalid", {
      operation: "configuration",
      instance: "pulumi-harper",
      problem: problems.join("; "),
    });
  return { instances: named, unverified };
}
