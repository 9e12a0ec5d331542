import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../failure.js";

/** What a program needs to know of one instance; the port numbers are Harper's own. */
const connection = z.object({
  endpoint: z.string(),
  username: z.string(),
  password: z.string(),
  address: z.string(),
  replicationUrl: z.string(),
  /** Folder of the npm package that it runs, where that is not the project's own. */
  harper: z.string().optional(),
});
const stateFile = z.object({ instances: z.record(z.string(), connection) });

export interface Instance extends z.infer<typeof connection> {
  name: string;
  /** Absolute; holds `root` (the data), `home` and `harper.log`. */
  directory: string;
}

export interface Cluster {
  directory: string;
  instances: Record<string, Instance>;
}

export const ports = { operations: 9925, http: 9926, replication: 9933 };

/** Whether its operations API speaks TLS, with a certificate of its own making. */
export const isSecure = ({ endpoint }: Pick<Instance, "endpoint">): boolean => endpoint.startsWith("https:");

export const rootOf = (instance: Instance) => join(instance.directory, "root");
export const logOf = (instance: Instance) => join(instance.directory, "harper.log");

export function describeInstance(
  directory: string,
  name: string,
  address: string,
  credentials: { username: string; password: string },
  { harper, isSecure = false }: { harper?: string | undefined; isSecure?: boolean } = {},
): Instance {
  return {
    name,
    directory: join(resolve(directory), name),
    address,
    endpoint: `${isSecure ? "https" : "http"}://${address}:${ports.operations}`,
    replicationUrl: `wss://${address}:${ports.replication}`,
    username: credentials.username,
    password: credentials.password,
    ...(harper !== undefined && { harper }),
  };
}

const fileOf = (directory: string) => join(resolve(directory), "cluster.json");

/** The cluster kept in `directory`, running or not. */
export function readCluster(directory: string): Cluster | undefined {
  const file = fileOf(directory);
  if (!existsSync(file)) return undefined;
  const { instances } = parse(file);
  const named = Object.entries(instances).map(([name, known]) => {
    return [name, { ...known, name, directory: join(resolve(directory), name) }] as const;
  });
  return { directory: resolve(directory), instances: Object.fromEntries(named) };
}

function parse(file: string): z.infer<typeof stateFile> {
  try {
    return stateFile.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // The parsers' messages would quote what may be a password.
    throw new Failure(`${file} is damaged: stop what runs of the cluster by hand, and delete its folder`);
  }
}

export function writeCluster({ directory, instances }: Cluster): void {
  mkdirSync(directory, { recursive: true });
  // Passwords lie here: nobody else reads it, and no repository takes it in.
  writeFileSync(join(directory, ".gitignore"), "*\n");
  const file = fileOf(directory);
  const unfinished = `${file}.${process.pid}`;
  const kept = stateFile.parse({ instances });
  writeFileSync(unfinished, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, file);
}

/** The value of `harper:instances` in a stack's configuration. */
export function instancesConfig(cluster: Cluster) {
  const entries = Object.values(cluster.instances).map((instance) => {
    const { name, endpoint, username, password } = instance;
    const trusted = isSecure(instance) && { insecureSkipTlsVerify: true };
    return [name, { endpoint, username, password, ...trusted }] as const;
  });
  return Object.fromEntries(entries);
}
