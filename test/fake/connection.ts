import type { Instance } from "./instance";
import { isKnown, trusts } from "./reach";
import type { Replication, Socket } from "./replication";
import type { Change } from "./store";
import { databaseOf, type NodeRecord } from "./types";

/** A subscriber's socket to one database of a peer. The tables are those of its birth. */
export class Connection {
  readonly #tables: "all" | ReadonlySet<string>;
  #publisher: Instance | undefined;
  #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly subscriber: Instance,
    private readonly replication: Replication,
    private readonly record: NodeRecord,
    readonly database: string,
  ) {
    const on = (record.subscriptions ?? []).filter((one) => databaseOf(one) === database && one.subscribe);
    this.#tables = record.subscriptions
      ? new Set(on.flatMap(({ table }) => (table === undefined ? [] : [table])))
      : "all";
    replication.connections.add(this);
    this.#later(() => this.#connect());
  }

  get #socket(): Socket | undefined {
    return this.replication.sockets.get(this.record.url as string)?.get(this.database);
  }

  /** For good: the subscriber wants no more of it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.replication.connections.delete(this);
    this.#disconnect();
  }

  #later(work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, this.subscriber.cluster.timing.connectMs);
  }

  #disconnect(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#publisher = undefined;
    const socket = this.#socket;
    if (socket) socket.connected = false;
  }

  #connect(): void {
    const publisher = this.subscriber.cluster.byHost(new URL(this.record.url as string).hostname);
    const accepted =
      publisher?.reachable &&
      trusts(this.subscriber, publisher) &&
      isKnown(this.subscriber, publisher) &&
      this.#allowedBy(publisher);
    if (!publisher || !accepted) {
      this.#disconnect();
      this.#later(() => this.#connect());
      return;
    }
    this.#publisher = publisher;
    const socket = this.#socket;
    if (socket) socket.connected = true;
    this.#receiveSchema(publisher);
    const stopRows = publisher.store.onChange((database, change) => {
      if (database === this.database && change.origin === publisher.name) this.#later(() => this.#catchUp());
      if (database === "system") this.#checkAllowed();
    });
    const stopDown = publisher.onDown(() => this.#lost());
    this.#stopListening = () => {
      stopRows();
      stopDown();
    };
    this.#catchUp();
  }

  #checkAllowed(): void {
    if (this.#publisher && !this.#allowedBy(this.#publisher)) this.#lost();
  }

  /** The other side closed: this one goes on dialling. */
  #lost(): void {
    this.#disconnect();
    if (!this.#closed) this.#later(() => this.#connect());
  }

  #allowedBy(publisher: Instance): boolean {
    const mine = publisher.nodes.get(this.subscriber.name) as NodeRecord | undefined;
    if (mine?.replicates === true) return true;
    return Boolean(mine?.subscriptions?.some((one) => databaseOf(one) === this.database && one.publish !== false));
  }

  #includes(table: string): boolean {
    return this.#tables === "all" || this.#tables.has(table);
  }

  #receiveSchema(publisher: Instance): void {
    const theirs = publisher.store.databases.get(this.database);
    const mine = this.subscriber.store.databases.get(this.database);
    if (!mine) return;
    for (const table of theirs?.tables.values() ?? []) {
      if (this.#includes(table.name) && !mine.tables.has(table.name)) mine.addTable(table.name, table.primaryKey);
    }
  }

  #catchUp(): void {
    const publisher = this.#publisher;
    const theirs = publisher?.store.databases.get(this.database);
    const mine = this.subscriber.store.databases.get(this.database);
    if (!publisher || !theirs || !mine) return;
    this.#receiveSchema(publisher);
    let from = mine.sequence.get(publisher.name);
    if (from === undefined) {
      if (this.replication.leader() === publisher.name) this.#copyAll(publisher);
      from = this.replication.leader() === publisher.name ? Number.POSITIVE_INFINITY : Date.now() - 60_000;
    }
    const last = theirs.log.at(-1)?.time ?? 0;
    for (const change of [...theirs.log]) {
      if (change.time > from && change.origin === publisher.name && this.#includes(change.table)) this.#receive(change);
    }
    mine.sequence.set(publisher.name, Math.max(last, mine.sequence.get(publisher.name) ?? 0));
  }

  #copyAll(publisher: Instance): void {
    for (const table of publisher.store.databases.get(this.database)?.tables.values() ?? []) {
      if (!this.#includes(table.name)) continue;
      for (const [id, row] of table.rows) {
        const time = Number(row.__updatedtime__);
        this.#receive({ time, table: table.name, id, type: "put", value: row, origin: publisher.name });
      }
    }
  }

  #receive(change: Change): void {
    this.subscriber.store.apply(this.database, change);
  }
}
