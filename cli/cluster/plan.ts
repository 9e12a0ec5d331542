import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { Failure, Misuse } from "../failure.js";
import { addressesFrom, findFreeAddresses } from "./addresses.js";
import { type Cluster, describeInstance, readCluster } from "./cluster.js";
import { findHarper, needsSecureOperations } from "./harper-package.js";

export interface ClusterOptions {
  directory: string;
  /** 3 when the cluster is new; more than it has adds instances. */
  nodes?: number;
  /** Of a new cluster: the others follow; "auto" looks for free ones. */
  firstAddress?: string;
  username?: string;
  /** Generated when left out. */
  password?: string;
  /** Of new instances: the folder or version of the npm package that they run, where it is not the project's own. */
  harper?: string;
}

/** The cluster as it is to be: the one of the directory with what it lacks, or a new one. */
export async function planCluster(options: ClusterOptions): Promise<Cluster> {
  const known = readCluster(options.directory);
  const instances = { ...known?.instances };
  const existing = Object.values(instances);
  const nodes = options.nodes ?? (existing.length || 3);
  if (!Number.isInteger(nodes) || nodes < 1) throw new Misuse("--nodes is a number from 1");
  if (nodes < existing.length) {
    throw new Misuse(
      `the cluster in ${options.directory} has ${existing.length} instances; to have fewer: cluster down --delete`,
    );
  }
  const [first] = existing;
  if (first) requireSame(options, first);

  const credentials = {
    username: first?.username ?? options.username ?? "admin",
    password: first?.password ?? options.password ?? randomBytes(18).toString("hex"),
  };
  const addresses = await newAddresses(
    existing.at(-1)?.address,
    options.firstAddress ?? "127.0.0.11",
    nodes - existing.length,
  );
  const harper = options.harper === undefined ? undefined : findHarper(options.harper);
  const runs = { harper: harper?.folder, isSecure: harper !== undefined && needsSecureOperations(harper) };
  for (const address of addresses) {
    const name = `node-${Object.keys(instances).length + 1}`;
    instances[name] = describeInstance(options.directory, name, address, credentials, runs);
  }
  return { directory: resolve(options.directory), instances };
}

async function newAddresses(last: string | undefined, first: string, count: number): Promise<string[]> {
  if (count === 0) return [];
  if (last) return addressesFrom(last, count + 1).slice(1);
  return first === "auto" ? findFreeAddresses(count) : addressesFrom(first, count);
}

function requireSame(options: ClusterOptions, first: { address: string; username: string; password: string }): void {
  const differs =
    (options.firstAddress !== undefined && options.firstAddress !== "auto" && options.firstAddress !== first.address) ||
    (options.username !== undefined && options.username !== first.username) ||
    (options.password !== undefined && options.password !== first.password);
  if (differs) {
    throw new Failure(
      `the cluster in ${options.directory} starts at ${first.address} and keeps its user and password; ` +
        "make another with --dir, or begin anew with: cluster down --delete",
    );
  }
}
