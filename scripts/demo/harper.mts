// Three real instances, spoken to as operators and applications do: past this package.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** The names that the examples use in harper:instances, in the order of the cluster's instances. */
export const names = ["us-1", "eu-1", "ap-1"] as const;
export type Name = (typeof names)[number];

export interface HarperInstance {
  endpoint: string;
  username: string;
  password: string;
  /** Where it replicates, which is also the name it reports of itself. */
  address: string;
}

export type Harper = Record<Name, HarperInstance>;

/** The first three instances of the cluster.json that `pulumi-harper cluster up` writes. */
export function readHarper(file: string): Harper {
  const { instances } = JSON.parse(readFileSync(file, "utf8")) as { instances: Record<string, HarperInstance> };
  const [us, eu, ap] = Object.values(instances);
  if (!us || !eu || !ap) throw new Error(`${file} has fewer than three instances`);
  return { "us-1": us, "eu-1": eu, "ap-1": ap };
}

/** One operation; throws the server's error. */
export async function ask(instance: HarperInstance, operation: Record<string, unknown>): Promise<unknown> {
  const credentials = Buffer.from(`${instance.username}:${instance.password}`).toString("base64");
  const response = await fetch(instance.endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = (await response.json()) as { error?: string };
  if (!response.ok)
    throw new Error(`${operation.operation} on ${instance.address}: ${response.status} ${answer.error ?? ""}`);
  return answer;
}

/** Every table on every instance, where it is not there yet: replication carries rows, not tables. */
export async function createTables(
  harper: Record<string, HarperInstance>,
  tables: readonly string[],
  database = "shop",
): Promise<void> {
  for (const instance of Object.values(harper)) {
    const there = (await ask(instance, { operation: "describe_all" })) as Record<string, object | undefined>;
    for (const table of tables.filter((name) => !Object.hasOwn(there[database] ?? {}, name)))
      await ask(instance, { operation: "create_table", database, table, primary_key: "id" });
  }
}

export async function insert(
  instance: HarperInstance,
  table: string,
  ids: readonly string[],
  database = "shop",
): Promise<void> {
  const records = ids.map((id) => ({ id }));
  await ask(instance, { operation: "insert", database, table, records });
}

/** How many of these rows an instance has. */
export async function count(
  instance: HarperInstance,
  table: string,
  ids: readonly string[],
  database = "shop",
): Promise<number> {
  const rows = await ask(instance, {
    operation: "search_by_id",
    database,
    table,
    ids,
    get_attributes: ["id"],
  });
  return (rows as unknown[]).length;
}

export interface Peer {
  name: string;
  replicates?: boolean;
  shard?: number;
  subscriptions?: { database?: string; table: string; subscribe: boolean; publish: boolean }[];
}

/** The records of other members that an instance keeps. */
export async function peers(instance: HarperInstance): Promise<Peer[]> {
  return (await everyRow(instance)).filter(({ name }) => name !== instance.address);
}

/** The instance's own record, too, where there is one. */
async function everyRow(instance: HarperInstance): Promise<Peer[]> {
  const rows = await ask(instance, {
    operation: "search_by_value",
    database: "system",
    table: "hdb_nodes",
    attribute: "name",
    value: "*",
    get_attributes: ["name", "replicates", "subscriptions", "shard"],
  });
  return rows as Peer[];
}

/** Routes in the configuration file. */
export async function routes(instance: HarperInstance): Promise<unknown[]> {
  const { replication } = (await ask(instance, { operation: "get_configuration" })) as {
    replication?: { routes?: unknown[] | null };
  };
  return replication?.routes ?? [];
}

/** Asks until the answer is as wanted, or the time is over; answers the last one. */
export async function poll<T>(read: () => Promise<T>, isWanted: (answer: T) => boolean, limitMs: number): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await read();
    if (isWanted(answer) || performance.now() > end) return answer;
    await setTimeout(100);
  }
}

/** The settings of a stack for these instances, as arguments of `pulumi config set-all --path`. */
export function settings(harper: Record<string, HarperInstance>): string[] {
  return Object.entries(harper).flatMap(([name, { endpoint, username, password }]) => {
    const at = `harper:instances.${name}`;
    return [
      ...["--plaintext", `${at}.endpoint=${endpoint}`],
      ...["--plaintext", `${at}.username=${username}`],
      ...["--secret", `${at}.password=${password}`],
    ];
  });
}

/** What the package keeps on an instance of who works there. */
export async function claims(instance: HarperInstance): Promise<{ id: string; kind: string; stack: string }[]> {
  const whole = { search_attribute: "id", search_value: "*", get_attributes: ["*"] };
  const table = { database: "pulumi_harper", table: instance.address };
  const rows = await ask(instance, { operation: "search_by_value", ...table, ...whole }).catch(() => []);
  return rows as { id: string; kind: string; stack: string }[];
}

async function forgetClaims(instance: HarperInstance): Promise<void> {
  const ids = (await claims(instance)).map(({ id }) => id);
  if (ids.length > 0)
    await ask(instance, { operation: "delete", database: "pulumi_harper", table: instance.address, ids });
}

/** Takes every peer, route and claim away, past this package, so that what follows begins with nothing. */
export async function empty(harper: Record<string, HarperInstance>): Promise<void> {
  const instances = Object.values(harper);
  for (const instance of instances) await forgetClaims(instance);
  const left = await poll(
    async () => {
      for (const instance of instances) {
        for (const { name } of await everyRow(instance))
          await ask(instance, { operation: "remove_node", hostname: name }).catch(() => undefined);
        if ((await routes(instance)).length > 0)
          await ask(instance, { operation: "set_configuration", replication_routes: [] });
      }
      return (await Promise.all(instances.map(everyRow))).flat();
    },
    (rows) => rows.length === 0,
    10_000,
  );
  if (left.length > 0) throw new Error(`the instances still have peers: ${left.map(({ name }) => name).join(", ")}`);
}
