import type { Instance } from "./instance";
import { isKnown, trusts } from "./reach";
import type { Replication, Socket } from "./replication";
import type { Database } from "./store";
import { databaseOf, type NodeRecord } from "./types";

/** Without a leader's copy, a first connection goes back this far. */
const backlogMs = 60_000;

/** A subscriber's connection to one database of a peer. It asks for the tables that were on at its birth, for ever. */
export class Connection {
  readonly #tables: "all" | ReadonlySet<string>;
  #publisher: Instance | undefined;
  #stopListening: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #cursor = 0;
  /** A database that was not there when the connection opened is never filled by it. */
  #fills: Database | undefined;
  #ended = false;

  constructor(
    private readonly subscriber: Instance,
    private readonly replication: Replication,
    private readonly record: NodeRecord,
    readonly database: string,
  ) {
    const on = record.subscriptions?.filter((one) => databaseOf(one) === database && one.subscribe);
    this.#tables = on ? new Set(on.flatMap(({ table }) => (table === undefined ? [] : [table]))) : "all";
    replication.connections.add(this);
    this.#dialLater();
  }

  get #socket(): Socket | undefined {
    return this.replication.sockets.get(this.record.url as string)?.get(this.database);
  }

  /**
   * The subscriber wants no more of it. Only an open connection ends by that: one that the peer closed a moment before,
   * or that was never accepted, goes on dialling until the process ends, and may come back with its old tables.
   */
  close(): void {
    if (this.#publisher) this.end();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.replication.connections.delete(this);
    this.#disconnect();
  }

  #dialLater(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dial(), this.subscriber.cluster.timing.connectMs);
  }

  #disconnect(): void {
    this.#stopListening();
    this.#publisher = undefined;
    const socket = this.#socket;
    if (!socket) return;
    socket.connected = false;
    socket.copy = undefined;
  }

  /** The other side closed, or refused. */
  #lost(): void {
    this.#disconnect();
    this.#dialLater();
  }

  #dial(): void {
    const publisher = this.subscriber.cluster.answering(this.subscriber, this.record.url as string);
    const known = publisher && trusts(this.subscriber, publisher) && isKnown(this.subscriber, publisher);
    if (!known || !this.#allowedBy(publisher)) {
      this.#lost();
      return;
    }
    this.#publisher = publisher;
    this.#fills = this.subscriber.store.databases.get(this.database);
    this.#listen(publisher);
    const socket = this.#socket;
    if (socket) socket.connected = true;
    this.#start(publisher);
    this.#catchUp();
  }

  #listen(publisher: Instance): void {
    const stopRows = publisher.store.onChange((database, change) => {
      if (database === "system" && !this.#allowedBy(publisher)) this.#lost();
      else if (database === this.database && change.origin === publisher.name) {
        setTimeout(() => this.#catchUp(), this.subscriber.cluster.timing.connectMs / 2);
      }
    });
    const stopDown = publisher.onDown(() => this.#lost());
    this.#stopListening = () => {
      stopRows();
      stopDown();
    };
  }

  #allowedBy(publisher: Instance): boolean {
    const mine = publisher.nodes.get(this.subscriber.name) as NodeRecord | undefined;
    if (mine?.replicates === true) return true;
    return Boolean(mine?.subscriptions?.some((one) => databaseOf(one) === this.database && one.publish !== false));
  }

  #includes(table: string): boolean {
    return this.#tables === "all" || this.#tables.has(table);
  }

  /** Where it goes on; or the copy of a whole database, which is of no table when tables are named. */
  #start(publisher: Instance): void {
    const seen = this.#fills?.sequence.get(publisher.name);
    const leads = this.replication.leader() === publisher.name;
    const now = this.subscriber.cluster.clock.now();
    this.#cursor = seen ?? (leads ? now : now - backlogMs);
    if (seen !== undefined || !leads || this.#tables !== "all") return;
    const { copyMs } = this.subscriber.cluster.timing;
    const copied = () => {
      this.#copyAll(publisher);
      this.#fills?.sequence.set(publisher.name, now);
    };
    if (copyMs === 0 || !this.#socket) copied();
    else this.#copySlowly(copyMs, copied);
  }

  #copySlowly(ms: number, copied: () => void): void {
    const socket = this.#socket as Socket;
    const phase = (copy: Socket["copy"], then: () => void) => {
      socket.copy = copy;
      this.#timer = setTimeout(then, ms / 2);
    };
    phase("sent", () =>
      phase("received", () => {
        socket.copy = undefined;
        copied();
      }),
    );
  }

  #copyAll(publisher: Instance): void {
    this.#copySchema(publisher);
    for (const table of publisher.store.databases.get(this.database)?.tables.values() ?? []) {
      for (const [id, row] of table.rows) {
        const { __updatedtime__, ...value } = row;
        const there = this.#fills?.tables.get(table.name)?.rows.get(id);
        if (there?.__updatedtime__ === __updatedtime__) continue;
        if (this.subscriber.cluster.shardsStay && id === this.subscriber.name) delete value.shard;
        const change = { time: Number(__updatedtime__), table: table.name, id, origin: publisher.name };
        this.subscriber.store.apply(this.database, { ...change, type: "put", value });
      }
    }
  }

  #copySchema(publisher: Instance): void {
    for (const { name, primaryKey } of publisher.store.databases.get(this.database)?.tables.values() ?? []) {
      if (this.#includes(name) && !this.#fills?.tables.has(name)) this.#fills?.addTable(name, primaryKey);
    }
  }

  #catchUp(): void {
    const publisher = this.#publisher;
    const theirs = publisher?.store.databases.get(this.database);
    const mine = this.#fills;
    if (!publisher || !theirs || !mine) return;
    this.#copySchema(publisher);
    const news = theirs.log.filter(({ time, origin }) => time > this.#cursor && origin === publisher.name);
    this.#cursor = Math.max(this.#cursor, theirs.log.at(-1)?.time ?? 0);
    for (const change of news.filter(({ table }) => this.#includes(table))) {
      this.subscriber.store.apply(this.database, change);
      mine.sequence.set(publisher.name, Math.max(change.time, mine.sequence.get(publisher.name) ?? 0));
    }
  }
}
