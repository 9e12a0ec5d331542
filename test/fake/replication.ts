import { Connection } from "./connection";
import type { Instance } from "./instance";
import { urlOfRoute } from "./route-dialling";
import type { Table } from "./store";
import { databaseOf, type NodeRecord } from "./types";

/** A database of a peer that this instance subscribes to, as cluster_status lists it. */
export interface Socket {
  node: NodeRecord;
  connected: boolean | undefined;
  /** A copy of the whole database is being sent to us, or is sent and not yet stored. */
  copy?: "sent" | "received" | undefined;
  connection: Connection | undefined;
}

/** What the server's main thread knows of its peers: it lasts as long as the process. */
export class Replication {
  /** By URL, then by database. */
  readonly sockets = new Map<string, Map<string, Socket>>();
  /** By name: what cluster_status lists, and keeps after a removal. */
  readonly known = new Map<string, NodeRecord>();
  readonly connections = new Set<Connection>();
  #replicates: boolean | undefined;

  constructor(private readonly instance: Instance) {
    for (const record of instance.nodes.values()) this.update(record.name as string, record as NodeRecord);
  }

  stop(): void {
    for (const connection of [...this.connections]) connection.end();
  }

  /** What a full join after an older relation may come to: all sockets are down, and nothing dials until a restart. */
  deafen(): void {
    for (const connection of [...this.connections]) connection.end();
  }

  /** A record of hdb_nodes was written, or deleted. */
  update(name: string, record: NodeRecord | undefined): void {
    if (name === this.instance.name) this.#updateSelf(record);
    else if (!record) this.#forget(name);
    else if (record.url) this.#updatePeer(record);
  }

  #updateSelf(record: NodeRecord | undefined): void {
    const replicates = Boolean(record?.replicates);
    if (this.#replicates !== undefined && this.#replicates !== replicates) {
      for (const peer of this.instance.peers()) if (peer.replicates) this.update(peer.name, peer);
    }
    this.#replicates = replicates;
  }

  #forget(name: string): void {
    for (const [url, databases] of this.sockets) {
      // A peer that never had a database is not found here, and stays in cluster_status.
      if (![...databases.values()].some((socket) => socket.node.name === name)) continue;
      for (const socket of databases.values()) socket.connection?.close();
      this.sockets.delete(url);
      return;
    }
  }

  #updatePeer(stored: NodeRecord): void {
    const record = stored.replicates && stored.subscriptions ? { ...stored, subscriptions: null } : stored;
    const url = record.url as string;
    if (!record.replicates && !record.subscriptions?.length && !this.sockets.has(url)) return;
    for (const [name, other] of this.known) if (other.url === url) this.known.delete(name);
    this.known.set(record.name, record);
    if (!this.sockets.has(url)) this.sockets.set(url, new Map());
    for (const database of this.instance.store.databases.keys()) this.#updateDatabase(record, database);
    for (const one of record.subscriptions ?? []) {
      const database = databaseOf(one);
      if (database !== undefined && !this.instance.store.databases.has(database))
        this.#updateDatabase(record, database);
    }
  }

  /** A database was created or dropped here. */
  databaseChanged(database: string): void {
    for (const record of this.known.values()) {
      if (this.sockets.has(record.url as string)) this.#updateDatabase(record, database);
    }
  }

  #updateDatabase(record: NodeRecord, database: string): void {
    const databases = this.sockets.get(record.url as string) as Map<string, Socket>;
    const socket = databases.get(database);
    const wanted = this.#wants(record, database);
    if (socket) {
      socket.node = record;
      // Wanted still or wanted again: whatever connection there was is left as it is.
      if (wanted) return;
      socket.connection?.close();
    } else if (wanted) {
      const added: Socket = { node: record, connected: undefined, connection: undefined };
      databases.set(database, added);
      added.connection = new Connection(this.instance, this, record, database);
    }
    if (!wanted && !this.#ownReplicates()) this.#replicates = false;
  }

  #wants(record: NodeRecord, database: string): boolean {
    const { store, databases } = this.instance;
    const isReplicated = store.databases.has(database) && (databases?.includes(database) ?? true);
    const full = record.replicates === true && isReplicated && this.#ownReplicates();
    return full || Boolean(record.subscriptions?.some((one) => databaseOf(one) === database && one.subscribe));
  }

  #ownReplicates(): boolean {
    return this.instance.nodes.get(this.instance.name)?.replicates === true;
  }

  /**
   * The one whose whole database is copied on a first connection: the first route, or else the first peer by name, removed
   * ones too.
   */
  leader(): string | undefined {
    const [route] = (this.instance.routes.memory ?? []).flatMap((one) => urlOfRoute(one) ?? []);
    if (route !== undefined) return new URL(route).hostname;
    const { rows, deleted } = this.instance.store.table("system", "hdb_nodes") as Table;
    const names = [...rows.keys(), ...deleted.keys()].map(String);
    return names.filter((name) => name !== this.instance.name).sort()[0];
  }

  /** Whether changes of the system database at this peer come here. */
  mirrors(peer: Instance): boolean {
    return this.sockets.get(peer.url)?.get("system")?.connected === true;
  }
}
