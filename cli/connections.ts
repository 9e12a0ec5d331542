import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type Command, Option } from "commander";
import { z } from "zod";
import { Audit } from "../provider/audit/index.js";
import { Claims, claimSettings, whoami } from "../provider/claims/index.js";
import { readSettings, type Settings, settingsFrom, variableOf } from "../provider/config.js";
import { auditFileOf } from "../provider/frontends/audit-file.js";
import { type Instance, Instances } from "../provider/instances.js";
import { connectionRisks } from "../provider/operations-api/index.js";
import type { Tell } from "../provider/resource.js";
import { instancesConfig, readCluster } from "./cluster/index.js";
import { Failure, Misuse } from "./failure.js";
import { findProject } from "./project.js";
import { say, withProgress } from "./terminal.js";

/** Where a command learns how to reach the instances. */
export interface Whereabouts {
  instances?: string;
  stack?: string;
}

const localCluster = ".pulumi-harper";

const byName = z.record(z.string(), z.looseObject({}));
const instancesFile = z.union([z.object({ instances: byName }).transform(({ instances }) => instances), byName]);

export const addWhereabouts = (command: Command): Command =>
  command
    .addOption(
      new Option("--instances <file>", "JSON in the form of harper:instances, or a cluster.json").conflicts("stack"),
    )
    .option("-s, --stack <name>", "of the Pulumi project in this folder (default: the one that is selected)");

/** The instances by the first of three ways that leads to any. */
export async function readInstances(where: Whereabouts): Promise<Settings> {
  const settings = await findInstances(where);
  if (Object.keys(settings.instances).length === 0) throw new Failure("no instances are configured there");
  return settings;
}

async function findInstances(where: Whereabouts): Promise<Settings> {
  if (where.instances !== undefined) return fromFile(where.instances);
  const tried = ["--instances FILE: not given"];
  const project = findProject(process.cwd());
  if (project || where.stack !== undefined) {
    try {
      const settings = await fromProject(where.stack);
      if (Object.keys(settings.instances).length > 0) return settings;
      tried.push("the Pulumi project in this folder: its stack configures no harper:instances");
    } catch (error) {
      if (where.stack !== undefined) throw error;
      tried.push(`the Pulumi project in this folder: ${(error as Error).message}`);
    }
  } else tried.push("a Pulumi project: there is none in this folder");
  const cluster = readCluster(localCluster);
  if (cluster) return readSettings({ instances: instancesConfig(cluster) });
  tried.push(`${localCluster}/cluster.json: not there (pulumi-harper cluster up makes it)`);
  throw new Failure(`no instances are known; three places were looked at:\n  ${tried.join("\n  ")}`);
}

const told = new Set<string>();

/** All that one command does is one run. */
const run = randomUUID();

/**
 * Works with instances that are connected, and disconnects them; what is written is written under the lease, and into the
 * audit log before. What is dangerous about a connection is said once.
 */
export async function withInstances<T>(settings: Settings, work: (instances: Instances) => Promise<T>): Promise<T> {
  const instances = new Instances(settings);
  const tell: Tell = (_severity, text) => say(text);
  const leases = new Claims(claimSettings({ ...settings, claims: "off" }, run), tell);
  const auditLog = settings.auditLog ?? process.env[variableOf("auditLog")];
  let audit: Audit | undefined;
  instances.beforeWrite = (at) => leases.hold(at);
  instances.onWrite = (at, operation, request) => {
    audit ??= new Audit(auditFileOf({ auditLog }, "pulumi-harper"), whoami(), tell);
    return audit.call(at.name, operation, request);
  };
  instances.onConnect = ({ name, connection }) => {
    for (const risk of connectionRisks(name, connection).filter((one) => !told.has(one))) {
      told.add(risk);
      say(`warning: ${risk}`);
    }
  };
  return work(instances)
    .finally(() => leases.release())
    .finally(() => instances.close());
}

/** The same of work that only asks, which is said where it takes long. */
export function asking<T>(settings: Settings, work: (instances: Instances) => Promise<T>): Promise<T> {
  const names = Object.keys(settings.instances);
  const whom = names.length > 3 ? `${names.length} instances` : names.join(", ");
  return withProgress(`asking ${whom}`, () => withInstances(settings, work));
}

/** The instance of that name. */
export function named(instances: Instances, name: string): Instance {
  if (!instances.names.includes(name))
    throw new Misuse(`there is no instance "${name}"; known are ${instances.names.join(", ")}`);
  return instances.at(name);
}

export function fromFile(file: string): Settings {
  if (!existsSync(file)) throw new Misuse(`--instances ${file}: there is no such file`);
  const content = parse(readFileSync(file, "utf8"));
  const parsed = instancesFile.safeParse(content);
  if (!parsed.success) throw new Misuse(`--instances ${file}: is not JSON of instances by name`);
  const instances = parsed.data as Record<string, Record<string, unknown>>;
  // What a cluster.json says beyond connections.
  const connections = Object.entries(instances).map(([name, { address, replicationUrl, ...connection }]) => {
    return [name, connection] as const;
  });
  return readSettings({ instances: Object.fromEntries(connections) });
}

/** The configuration of a project, with secrets in clear: the CLI decrypts them as it does for the provider. */
export async function fromProject(stack?: string, folder?: string): Promise<Settings> {
  const args = ["config", "--json", "--show-secrets", "--non-interactive", ...(stack ? ["--stack", stack] : [])];
  const options = { maxBuffer: 64 * 1024 * 1024, cwd: folder };
  const { stdout } = await promisify(execFile)("pulumi", args, options).catch((error) => {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    throw new Failure(code === "ENOENT" ? "pulumi is not on PATH" : `pulumi config: ${firstLine(stderr) || code}`);
  });
  const configuration = (parse(stdout) ?? {}) as Record<string, { value?: string; objectValue?: unknown }>;
  const settings = settingsFrom((name) => {
    const setting = configuration[`harper:${name}`];
    return setting?.objectValue ?? setting?.value;
  }, process.env);
  return readSettings(settings);
}

/** Undefined where it is no JSON: the parser's message would quote what may be a password. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const firstLine = (text = "") =>
  text
    .trim()
    .split("\n")[0]
    ?.replace(/^error: /, "");
