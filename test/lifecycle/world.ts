import type { AuditLog } from "../../provider/audit";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import type { Differences } from "./differences";

/** Three instances, real or faked, and a way to do to them what operators do behind our back. */
export interface World {
  /** Their names in harper:instances, and the names they report of themselves. */
  instances: Record<"us" | "eu" | "ap", { connection: Connection; reports: string }>;
  /** What their version of Harper does otherwise. */
  differs: Differences;
  /** Sends an operation as it is, past this package. */
  ask(instance: "us" | "eu" | "ap", body: Record<string, unknown>): Promise<unknown>;
  /** Whether a row written on one instance now arrives on another. */
  flows(from: "us" | "eu" | "ap", to: "us" | "eu" | "ap", table: string): Promise<boolean>;
  /** Another process on the same data. */
  restart(instance: "us" | "eu" | "ap"): Promise<void>;
}

export const authorizationOf = ({ username = "", password = "" }: Connection) => ({ username, password });

/** How a run of the provider is started: the suite is the same for the core and for every front end. */
export type Start = (world: World) => Promise<Run>;
export type Run = Pick<
  ReturnType<typeof run>,
  "said" | "node" | "subscription" | "route" | "ready" | "routes" | "configuration"
> & {
  close(): Promise<void>;
};

/** The connections of a world by name, as in harper:instances. */
export const connectionsOf = (world: World): Record<string, Connection> =>
  Object.fromEntries(Object.entries(world.instances).map(([name, { connection }]) => [name, connection]));

/** One run of the core, as the engine starts one for each command: nothing is remembered from the run before. */
export function run(
  world: World,
  unverified: "keep" | "fail" = "keep",
  expectedTopology?: string,
  auditLog?: AuditLog,
) {
  const said: string[] = [];
  const instances = new Instances({ instances: connectionsOf(world), unverified }, { quietMs: 5 });
  const lifecycle = new Lifecycle({
    instances,
    unverified,
    expectedTopology,
    auditLog,
    tell: (severity, text) => said.push(`${severity}: ${text}`),
  });
  const of = (name: keyof typeof resources) => {
    const resource = resources[name];
    return {
      check: (inputs: Record<string, unknown>, olds = {}) => lifecycle.check(resource, olds, inputs),
      /** Check, then create, as `up` does. */
      async create(inputs: Record<string, unknown>) {
        const checked = await lifecycle.check(resource, {}, inputs);
        if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
        return lifecycle.create(resource, checked.inputs);
      },
      async diff(state: Record<string, unknown>, inputs: Record<string, unknown>) {
        const checked = await lifecycle.check(resource, state, inputs);
        if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
        return lifecycle.diff(resource, state as never, checked.inputs);
      },
      /** As the engine does after a refresh, of inputs that no program has given. */
      compare: (state: Record<string, unknown>, inputs: Record<string, unknown>) =>
        lifecycle.diff(resource, state as never, inputs),
      async update(state: Record<string, unknown>, inputs: Record<string, unknown>) {
        const checked = await lifecycle.check(resource, state, inputs);
        return lifecycle.update(resource, state as never, checked.inputs);
      },
      read: (id: string, state: Record<string, unknown>) => lifecycle.read(resource, id, state as never),
      delete: (state: Record<string, unknown>) => lifecycle.delete(resource, state as never),
    };
  };
  return {
    said,
    instances,
    node: of("Node"),
    subscription: of("Subscription"),
    route: of("Route"),
    ready: of("ClusterReady"),
    routes: of("Routes"),
    configuration: of("ClusterConfiguration"),
    close: () => instances.close(),
  };
}

/** All three without peers, without routes. */
export async function emptied(world: World): Promise<void> {
  const names = Object.keys(world.instances) as ("us" | "eu" | "ap")[];
  for (const name of names) {
    const { table, rows } = await notesOf(world, name);
    if (rows.length > 0) await world.ask(name, { operation: "delete", ...table, ids: rows.map(({ id }) => id) });
  }
  for (let round = 0; round < 20; round++) {
    let left = 0;
    for (const name of names) {
      const rows = (await peersOf(world, name)).map((row) => row.name);
      left += rows.length;
      for (const hostname of rows) await world.ask(name, { operation: "remove_node", hostname });
      await world.ask(name, { operation: "set_configuration", replication_routes: [] });
    }
    if (left === 0) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the instances still have peers");
}

/** What the provider keeps on an instance of who works there. */
export async function notesOf(world: World, instance: "us" | "eu" | "ap") {
  const table = { database: "pulumi_harper", table: world.instances[instance].reports };
  const all = { search_attribute: "id", search_value: "*", get_attributes: ["*"] };
  const rows = await world.ask(instance, { operation: "search_by_value", ...table, ...all });
  return {
    table,
    rows: (Array.isArray(rows) ? rows : []) as (Record<"id" | "kind" | "stack", string> & {
      __updatedtime__: number;
    })[],
  };
}

/** The records an instance has, its own included, read past this package. */
export async function peersOf(world: World, instance: "us" | "eu" | "ap", more: string[] = []) {
  const rows = await world.ask(instance, {
    operation: "search_by_value",
    database: "system",
    table: "hdb_nodes",
    search_attribute: "name",
    search_value: "*",
    get_attributes: ["name", "replicates", "subscriptions", "shard", "revoked_certificates", ...more],
  });
  return rows as { name: string; replicates?: boolean; subscriptions?: Record<string, unknown>[]; shard?: number }[];
}
