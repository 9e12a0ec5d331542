import type { Clock } from "./clock";

export type Fields = Record<string, unknown>;
export type Key = string | number;

export interface Change {
  time: number;
  table: string;
  id: Key;
  type: "put" | "patch" | "insert" | "update" | "upsert" | "delete";
  value: Fields | null;
  /** Name of the node where the record was written first; replication sends on only a node's own. */
  origin: string;
}

export interface Table {
  name: string;
  primaryKey: string;
  rows: Map<Key, Fields>;
  /** When a record was removed last. */
  deleted: Map<Key, number>;
  /** What is not is in no log, and so is not replicated. */
  audited: boolean;
  /** Columns that rows came with, of which each row has all; none where they are declared, as in Harper's own tables. */
  columns?: Set<string>;
}

export class Database {
  readonly tables = new Map<string, Table>();
  readonly log: Change[] = [];
  /** Time of the last change that came of each origin: where a new connection goes on. */
  readonly sequence = new Map<string, number>();

  constructor(readonly name: string) {}

  addTable(name: string, primaryKey: string, audited = true): Table {
    const table: Table = { name, primaryKey, rows: new Map(), deleted: new Map(), audited };
    if (this.name !== "system") table.columns = new Set([primaryKey, "__createdtime__", "__updatedtime__"]);
    this.tables.set(name, table);
    return table;
  }
}

export type Listener = (database: string, change: Change) => void;

export class Store {
  readonly databases = new Map<string, Database>();
  readonly #listeners = new Set<Listener>();

  constructor(
    private readonly clock: Clock,
    private readonly origin: () => string,
  ) {
    const system = new Database("system");
    system.addTable("hdb_nodes", "name");
    this.databases.set("system", system);
  }

  /** Only the tables stay. */
  clear(): void {
    for (const database of this.databases.values()) {
      database.log.length = 0;
      for (const { rows, deleted } of database.tables.values()) for (const map of [rows, deleted]) map.clear();
    }
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  table(database: string, name: string): Table | undefined {
    return this.databases.get(database)?.tables.get(name);
  }

  write(database: string, table: string, type: Change["type"], id: Key, value: Fields | null): Change {
    const change: Change = { time: this.clock.now(), table, id, type, value, origin: this.origin() };
    this.apply(database, change);
    return change;
  }

  /** Also for changes of other nodes, which may come late. */
  apply(databaseName: string, change: Change): void {
    const database = this.databases.get(databaseName);
    const table = database?.tables.get(change.table);
    if (!database || !table || !settle(table, change) || !table.audited) return;
    database.log.push(change);
    for (const listener of [...this.#listeners]) listener(databaseName, change);
  }
}

/** Brings a change into a table, the late ones where there is nothing newer; false where it counts for nothing. */
function settle(table: Table, { id, time, type, value }: Change): boolean {
  const row = table.rows.get(id);
  const newest = Math.max(Number(row?.__updatedtime__ ?? 0), table.deleted.get(id) ?? 0);
  if (time < newest) {
    if (type === "patch" && row) table.rows.set(id, { ...structuredClone(value), ...row });
    return type === "patch";
  }
  if (type === "delete") {
    table.rows.delete(id);
    table.deleted.set(id, time);
  } else {
    const kept = type === "put" || type === "insert" ? {} : row;
    const since = table.columns && { __createdtime__: row?.__createdtime__ ?? time };
    table.rows.set(id, { ...kept, ...structuredClone(value), ...since, __updatedtime__: time });
  }
  return true;
}
