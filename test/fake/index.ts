import { Cluster, type Timing } from "./cluster";
import type { Planned } from "./faults";
import { type Call, Instance } from "./instance";
import type { Fields, Key } from "./store";

export type { Fault, Planned } from "./faults";
export type { Call } from "./instance";

export interface FakeClusterOptions extends Partial<Timing> {
  nodes: readonly string[];
  version?: string;
  /** Of single instances. */
  versions?: Record<string, string>;
  username?: string;
  password?: string;
  /** Tables by database, made on every instance. */
  tables?: Record<string, readonly string[]>;
  /** Shards by instance, as their configuration says. */
  shards?: Record<string, number>;
  /** Joins count as made within half a second: a certificate that a third one signs meanwhile stays trusted. */
  joinsAreClose?: boolean;
  /** The shard that comes with a first full join stays with the target, as where the two copy their tables at that moment. */
  shardsStay?: boolean;
  /** What single instances replicate, as their configuration says; all databases where it is left out. */
  databases?: Record<string, readonly string[]>;
  /** Instances whose configuration names no host to replicate as. */
  withoutReplication?: readonly string[];
}

export interface FakeInstance {
  name: string;
  endpoint: string;
  /** Where peers reach it. */
  url: string;
  username: string;
  password: string;
  calls: Call[];
}

export interface FakeCluster {
  instances: Record<string, FakeInstance>;
  insertRow(instance: string, database: string, table: string, id: Key): void;
  /** Rows as they are, into a table that is made where there is none. */
  insertRows(instance: string, database: string, table: string, records: readonly object[]): void;
  hasRow(instance: string, database: string, table: string, id: Key): boolean;
  /** The records of system.hdb_nodes, by name. */
  nodes(instance: string): Record<string, Fields>;
  /** A record of system.hdb_nodes goes, and no log says so. */
  loseNode(instance: string, name: string): void;
  addUser(instance: string, user: { username: string; password: string; superUser?: boolean }): void;
  /** A token that the instance has given to a user. */
  addToken(instance: string, token: string, username: string): void;
  fail(instance: string, planned: Planned): void;
  recover(instance: string): void;
  /** Takes the process away, and brings another one back. */
  stop(instance: string): Promise<void>;
  start(instance: string): Promise<void>;
  /** Another installation in place of one, under its name. */
  replace(instance: string): Promise<void>;
  /** Two instances cannot reach each other, until healed; connections that are open stay. */
  cut(one: string, other: string): void;
  heal(one: string, other: string): void;
  /** Its sockets go down and stay down until a restart, as happens after some full joins. */
  deafen(instance: string): void;
  /** How long the copy of a whole database takes from now on. */
  copiesTake(ms: number): void;
  /** How many requests were under way at most: to all instances, and to one. */
  peaks(): { all: number; one: number };
  /** Time goes by. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export async function startFakeCluster(options: FakeClusterOptions): Promise<FakeCluster> {
  const { version = "4.7.29", username = "admin", password = "password", tables = {} } = options;
  const { latencyMs = 0, connectMs = 5, restartDelayMs = 5, restartMs = 50, copyMs = 0 } = options;
  const cluster = new Cluster({ latencyMs, connectMs, restartDelayMs, restartMs, copyMs });
  cluster.joinsAreClose = options.joinsAreClose ?? false;
  cluster.shardsStay = options.shardsStay ?? false;
  const instances: Record<string, FakeInstance> = {};
  for (const name of options.nodes) {
    const instance = new Instance(cluster, name);
    cluster.instances.set(name, instance);
    instance.users.set(username, { username, password, superUser: true, active: true });
    instance.version = options.versions?.[name] ?? version;
    instance.databases = options.databases?.[name];
    instance.shard = options.shards?.[name];
    instance.replicates = !options.withoutReplication?.includes(name);
    for (const [database, names] of Object.entries(tables)) {
      for (const table of names) instance.addDatabase(database).addTable(table, "id");
    }
    await instance.listen();
    const { endpoint, url, calls } = instance;
    instances[name] = { name, endpoint, url, username, password, calls };
  }

  const at = (name: string): Instance => {
    const instance = cluster.instances.get(name);
    if (!instance) throw new Error(`The fake cluster has no instance '${name}'`);
    return instance;
  };

  return {
    instances,
    insertRow: (name, database, table, id) => void at(name).store.write(database, table, "insert", id, { id }),
    insertRows(name, database, table, records) {
      const tables = at(name).addDatabase(database);
      const columns = (tables.tables.get(table) ?? tables.addTable(table, "id", false)).columns;
      for (const record of records as Fields[]) {
        for (const key of Object.keys(record)) columns?.add(key);
        at(name).store.write(database, table, "insert", String(record.id), record);
      }
    },
    hasRow: (name, database, table, id) => at(name).store.table(database, table)?.rows.has(id) ?? false,
    nodes: (name) => Object.fromEntries(structuredClone([...at(name).nodes])),
    loseNode: (name, node) => void at(name).nodes.delete(node),
    addUser: (name, { superUser = false, ...user }) =>
      void at(name).users.set(user.username, { ...user, superUser, active: true }),
    addToken: (name, token, user) => void at(name).tokens.set(token, user),
    fail: (name, planned) => at(name).faults.add(planned),
    recover: (name) => at(name).faults.clear(),
    stop: (name) => at(name).stop(),
    start: (name) => at(name).start(),
    replace: (name) => at(name).replace(),
    deafen: (name) => at(name).replication.deafen(),
    cut: (one, other) => void cluster.cuts.add(cluster.cut(one, other)),
    heal: (one, other) => void cluster.cuts.delete(cluster.cut(one, other)),
    copiesTake(ms) {
      cluster.timing.copyMs = ms;
    },
    peaks: () => ({ ...cluster.peaks }),
    pass: (ms) => cluster.clock.pass(ms),
    async close() {
      cluster.closed = true;
      await Promise.all([...cluster.instances.values()].map((instance) => instance.stop()));
    },
  };
}
