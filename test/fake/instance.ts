import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { authorityIn, type Certificate } from "./certificates";
import type { Cluster } from "./cluster";
import { Faults } from "./faults";
import { urlOf } from "./reach";
import { Replication } from "./replication";
import { dialRoutes } from "./route-dialling";
import { createInstanceServer } from "./server";
import { Database, type Fields, type Key, Store } from "./store";
import type { NodeRecord, Route, User } from "./types";

export interface Call {
  operation: string;
  body: Fields;
  at: number;
  /** When it was answered, or broken off. */
  until?: number;
}

/** Of this process alone where the system has more than one: nobody else is given the port of who is stopped. */
const address =
  process.platform === "linux"
    ? `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
    : "127.0.0.1";

/** One Harper server: what is on its disk, and what only its running process remembers. */
export class Instance {
  readonly url: string;
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly store: Store;
  readonly users = new Map<string, User>();
  readonly tokens = new Map<string, string>();
  readonly routes: { file: Route[] | null; memory: Route[] | null } = { file: null, memory: null };
  /** Authorities whose certificates it accepts. */
  readonly trusted = new Set<string>();
  /** What it signs with. */
  authority: string;
  certificate: Certificate;
  version = "";
  /** As its configuration says. */
  shard: number | undefined;
  /** The databases that its configuration replicates; undefined for all. */
  databases: readonly string[] | undefined;
  /** Whether its configuration names a host to replicate as. */
  replicates = true;
  reachable = true;
  process = { pid: 0, started: new Date() };
  replication: Replication;
  /** The one call of cluster_status that will be answered. */
  awaitingStatus: ((status: Fields) => void) | undefined;
  server: Server | undefined;
  #port = 0;
  #stopDialling: () => void = () => {};
  readonly #down = new Set<() => void>();

  constructor(
    readonly cluster: Cluster,
    readonly name: string,
  ) {
    this.url = urlOf(name);
    this.authority = name;
    this.certificate = { issuer: name, selfSigned: true };
    this.store = new Store(cluster.clock, () => this.name);
    this.boot();
    this.replication = new Replication(this);
    this.store.onChange((database, { table, id, value }) => {
      if (database !== "system" || table !== "hdb_nodes") return;
      if (value?.ca) this.trusted.add(authorityIn(String(value.ca)));
      this.replication.update(String(id), this.nodes.get(id) as NodeRecord | undefined);
    });
  }

  get endpoint(): string {
    return `http://${address}:${this.#port}`;
  }

  /** On the port it had before, if any, which a socket of another process may have for a moment. */
  async listen(tries = 50): Promise<void> {
    const server = createInstanceServer(this).listen(this.#port, address);
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries === 0) throw error;
      await setTimeout(100);
      return this.listen(tries - 1);
    }
    this.server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  get nodes(): Map<Key, Fields> {
    return this.store.table("system", "hdb_nodes")?.rows ?? new Map();
  }

  peers(): NodeRecord[] {
    return [...this.nodes.values()].filter((row) => row.name !== this.name) as NodeRecord[];
  }

  addDatabase(name: string): Database {
    const existing = this.store.databases.get(name);
    if (existing) return existing;
    const database = new Database(name);
    this.store.databases.set(name, database);
    this.replication.databaseChanged(name);
    return database;
  }

  onDown(listener: () => void): () => void {
    this.#down.add(listener);
    return () => this.#down.delete(listener);
  }

  /** The process ends: nobody can reach it, and it forgets what it had bound. */
  async stop(): Promise<void> {
    if (!this.reachable) return;
    this.reachable = false;
    this.process = { ...this.process, pid: 0 };
    this.replication.stop();
    this.#stopDialling();
    for (const listener of [...this.#down]) listener();
    this.#down.clear();
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.server?.closeAllConnections();
    await closed;
  }

  async start(): Promise<void> {
    if (this.reachable || this.cluster.closed) return;
    this.boot();
    this.reachable = true;
    this.replication = new Replication(this);
    this.#stopDialling = dialRoutes(this);
    await this.listen();
  }

  /** Another installation under the same name and address: no data, another authority. */
  async replace(): Promise<void> {
    await this.stop();
    const [, generation = 0] = this.authority.split("#");
    this.authority = `${this.name}#${Number(generation) + 1}`;
    this.certificate = { issuer: this.authority, selfSigned: true };
    this.trusted.clear();
    this.store.clear();
    await this.start();
  }

  private boot(): void {
    this.process = { pid: this.cluster.nextPid(), started: new Date(this.cluster.clock.now()) };
    this.cluster.clock.pass(5000);
    this.routes.memory = structuredClone(this.routes.file);
  }
}
