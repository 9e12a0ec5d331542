import { z } from "zod";
import { type Connection, connectionProblems, connectionSchema, HarperError } from "./operations-api";
import { parsed } from "./parsed";
import { pathOf } from "./paths";
import { hasUnknown, valueAt } from "./unknown";

/** The provider's own settings: `pulumi config set harper:…`, the environment, or the arguments of an explicit provider. */
export const configSchema = z.strictObject({
  instances: z.record(z.string().min(1), connectionSchema).optional().meta({
    description:
      "Every Harper instance by name; a resource's `target` is one of these names. What one leaves out, but its endpoint, a token and a certificateFingerprint, is taken from the settings beside: a `username` and `password` that all share, a `timeoutSeconds`.",
    secret: true,
  }),
  ...connectionSchema.partial().shape,
  maxTotalConcurrency: z.int().min(1).max(10_000).optional().meta({
    description:
      "Requests at once to all instances together, of one process; the instances take turns. Default 64. How many steps there are at once is Pulumi's `--parallel`.",
  }),
  unverified: z.enum(["keep", "fail"]).optional().meta({
    description:
      "What a refresh and a check do where an instance cannot be asked: `keep` the state and warn (default), or `fail`.",
  }),
  lease: z.enum(["on", "off"]).optional().meta({
    description:
      "Whether two runs that write to one instance wait for each other: `on` (default) keeps a row in the table `pulumi_harper.NAME` of the instance while it is written. `off`: nobody waits, and nobody is waited for.",
  }),
  claims: z.enum(["on", "off"]).optional().meta({
    description:
      "Whether the same table says which stack declares which object, so that another stack's is refused in preview and left by `destroy`. Default `on`.",
  }),
  expectedTopology: z
    .string()
    .regex(/^([0-9a-f]{16}|any)$/, "must be what `pulumi-harper review` or `topology --json` says, or `any`")
    .optional()
    .meta({
      description:
        "What `pulumi-harper review` says of the live topology. Before the first write the instances are asked again; where they have moved since, nothing is written. `any` (default) expects nothing. The environment counts before what is set elsewhere: `pulumi destroy` has the settings that the last `up` left in the state.",
    }),
  auditLog: z.string().min(1).optional().meta({
    description:
      "A file to which a line is appended before each call that changes something on an instance, and another one with what came of it; `pulumi-harper audit` reads it. What cannot be written down is not sent. A relative path is relative to the folder of Pulumi.yaml. Default: none.",
  }),
  refreshBeforeUpdate: z.boolean().optional().meta({
    description:
      "Plugin only: every `pulumi preview` and `pulumi up` looks at the live instances first, so that drift shows. Default true.",
  }),
});

type Setting = keyof typeof configSchema.shape;
export const settingNames = Object.keys(configSchema.shape) as Setting[];

/** Settings as the core uses them. The sole instance of `endpoint`, `username`, … is called `default`. */
export interface Settings {
  instances: Record<string, Connection>;
  maxTotalConcurrency?: number | undefined;
  unverified: "keep" | "fail";
  lease?: "on" | "off";
  claims?: "on" | "off";
  expectedTopology?: string | undefined;
  auditLog?: string | undefined;
  refreshBeforeUpdate?: boolean;
}

/** The name of the instance that the top-level `endpoint` describes. */
export const soleInstance = "default";

/** `caCertificate` → `HARPER_CA_CERTIFICATE`: where a setting is taken from when it is set nowhere else. */
export const variableOf = (name: string): string => `HARPER_${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`;

/** What belongs to one command alone, more than what was set for all, and the last of them left in the state. */
const ofOneRun: ReadonlySet<Setting> = new Set(["expectedTopology"]);

/** Settings as text, as Pulumi's configuration and the environment have them. What the schema does not take as text is JSON. */
export function settingsFrom(texts: (name: Setting) => unknown, environment: NodeJS.ProcessEnv = {}) {
  const given = new Set(settingNames.filter((name) => texts(name) !== undefined));
  const found = settingNames.map((name) => {
    const isGiven = given.has(name) || shadowed(name, given);
    const inEnvironment = environment[variableOf(name)] || undefined;
    const counts = isGiven && !(inEnvironment && ofOneRun.has(name));
    return [name, fromText(name, counts ? texts(name) : inEnvironment)];
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

/** Whether what the environment has of a setting would contradict what is given. */
function shadowed(name: Setting, given: ReadonlySet<Setting>): boolean {
  if (name === "certificateFingerprint") return given.has("instances") && !given.has("endpoint");
  if (name === "token") return ["username", "password", "instances"].some((other) => given.has(other as Setting));
  if (name === "username" || name === "password") return given.has("token");
  return name === "endpoint" && given.has("instances");
}

function fromText(name: Setting, value: unknown): unknown {
  if (typeof value !== "string" || configSchema.shape[name].safeParse(value).success) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Checks the settings: what is wrong, by property. What is not known yet is not wrong. */
export function checkSettings(raw: Record<string, unknown>): {
  settings: Settings;
  failures: Array<{ property: string; reason: string }>;
} {
  const result = parsed(configSchema, raw);
  const issues = (result.error?.issues ?? []).filter(({ path }) => !hasUnknown(valueAt(raw, path)));
  const failures = issues.map((issue) => {
    const { path, message } = issue;
    const [name = ""] = path;
    const isText = path.length === 1 && issue.code === "invalid_type" && typeof raw[String(name)] === "string";
    const reason = isText
      ? `must be JSON (${issue.expected === "record" ? "an object" : issue.expected}); where it is set nowhere else, it comes from ${variableOf(String(name))}`
      : valueAt(raw, path) === undefined
        ? "is required"
        : message;
    return { property: pathOf(path), reason };
  });
  const { instances = {}, unverified = "keep", lease = "on", claims = "on", ...rest } = result.data ?? {};
  const { refreshBeforeUpdate = true, expectedTopology, auditLog, maxTotalConcurrency, ...sole } = rest;
  const { endpoint, token, certificateFingerprint, authoritySerial, gone, ...shared } = sole;
  const named = Object.fromEntries(Object.entries(instances).map(([name, one]) => [name, sharing(shared, one)]));
  const isOfOne = [token, certificateFingerprint, authoritySerial, gone].some((one) => one !== undefined);
  const isShared = Object.keys(instances).length > 0 && !isOfOne;
  if (endpoint && named[soleInstance])
    failures.push({
      property: "endpoint",
      reason: `is the instance "${soleInstance}", which harper:instances has, too: leave out one of the two`,
    });
  if (endpoint) named[soleInstance] = { ...sole, endpoint };
  else if (Object.keys(sole).length > 0 && !isShared)
    failures.push({ property: "endpoint", reason: "is missing beside the other settings of the connection" });
  for (const [name, connection] of Object.entries(named))
    for (const { property, reason } of connectionProblems(connection))
      failures.push({ property: pathOf(["instances", name, property]), reason });
  return {
    settings: {
      ...{ instances: named, maxTotalConcurrency, unverified, lease, claims },
      ...{ expectedTopology, auditLog, refreshBeforeUpdate },
    },
    failures,
  };
}

/** An instance with what all share. Credentials are taken as one, as is a certificate with its key, and only by an instance that has none. */
function sharing(shared: Partial<Connection>, own: Connection): Connection {
  const { username, password, clientCertificate, clientKey, ...rest } = shared;
  const has = (...names: (keyof Connection)[]) => names.some((name) => own[name] !== undefined);
  return {
    ...rest,
    ...(has("username", "password", "token") ? {} : { username, password }),
    ...(has("clientCertificate", "clientKey") ? {} : { clientCertificate, clientKey }),
    ...own,
  };
}

/** Reads the settings; throws HarperError `invalid` that names each wrong property. */
export function readSettings(raw: Record<string, unknown>): Settings {
  const { settings, failures } = checkSettings(raw);
  if (failures.length === 0) return settings;
  throw new HarperError("invalid", {
    operation: "configuration",
    instance: "pulumi-harper",
    problem: failures.map(({ property, reason }) => `harper:${property} ${reason}`).join("; "),
    advice: "Correct it with `pulumi config set`, or in the environment.",
  });
}
