import { badRequest, notFound } from "./errors";
import type { Instance } from "./instance";
import type { Database, Fields, Key, Table } from "./store";

const databaseName = (body: Fields) => String(body.database ?? body.schema ?? "data");

function tableOf(instance: Instance, body: Fields): { database: Database; table: Table } {
  const database = instance.store.databases.get(databaseName(body));
  if (!database) throw notFound(`database '${databaseName(body)}' does not exist`);
  const table = database.tables.get(String(body.table));
  if (!table) throw notFound(`Table '${database.name}.${body.table}' does not exist`);
  return { database, table };
}

function pick(row: Fields, attributes: unknown): Fields {
  const names = (attributes as string[] | undefined) ?? ["*"];
  if (names.includes("*")) return { ...row };
  return Object.fromEntries(names.filter((name) => name in row).map((name) => [name, row[name]]));
}

export function searchByValue(instance: Instance, body: Fields) {
  const missing = [
    (body.attribute ?? body.search_attribute) === undefined ? "'attribute' is required" : "",
    (body.value ?? body.search_value) === undefined ? "'value' is required" : "",
  ].filter(Boolean);
  if (missing.length > 0) throw new Error(missing.join(". "));
  const { table } = tableOf(instance, body);
  const attribute = String(body.attribute ?? body.search_attribute);
  const value = body.value ?? body.search_value;
  const rows = [...table.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const found = rows.filter((row) => (value === "*" ? attribute in row : row[attribute] === value));
  return found.map((row) => pick(row, body.get_attributes));
}

export function searchById(instance: Instance, body: Fields) {
  if (body.get_attributes === undefined) throw new Error("'get_attributes' is required");
  const { table } = tableOf(instance, body);
  const ids = (body.ids ?? body.hash_values ?? []) as Key[];
  return ids.flatMap((id) => {
    const row = table.rows.get(id);
    return row ? [pick(row, body.get_attributes)] : [];
  });
}

export function insert(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  const inserted: Key[] = [];
  const skipped: Key[] = [];
  for (const record of body.records as Fields[]) {
    const id = record[table.primaryKey] as Key;
    if (table.rows.has(id)) skipped.push(id);
    else {
      instance.store.write(database.name, table.name, "insert", id, record);
      inserted.push(id);
    }
  }
  const total = inserted.length + skipped.length;
  return {
    message: `inserted ${inserted.length} of ${total} records`,
    inserted_hashes: inserted,
    skipped_hashes: skipped,
  };
}

export function upsert(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  const ids = (body.records as Fields[]).map((record) => {
    const id = record[table.primaryKey] as Key;
    instance.store.write(database.name, table.name, "upsert", id, record);
    return id;
  });
  return { message: `upserted ${ids.length} of ${ids.length} records`, upserted_hashes: ids };
}

export function update(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  const ids = (body.records as Fields[]).map((record) => record[table.primaryKey] as Key);
  const [updated, skipped] = [ids.filter((id) => table.rows.has(id)), ids.filter((id) => !table.rows.has(id))];
  for (const record of body.records as Fields[]) {
    const id = record[table.primaryKey] as Key;
    if (updated.includes(id)) instance.store.write(database.name, table.name, "patch", id, record);
  }
  const message = `updated ${updated.length} of ${ids.length} records`;
  return { message, update_hashes: updated, skipped_hashes: skipped };
}

/** The server calls what was not there deleted, too. */
export function remove(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  const ids = (body.ids ?? body.hash_values ?? []) as Key[];
  for (const id of ids) instance.store.write(database.name, table.name, "delete", id, null);
  const message = `${ids.length} of ${ids.length} ${ids.length === 1 ? "record" : "records"} successfully deleted`;
  return { message, deleted_hashes: ids, skipped_hashes: [] };
}

/** Full replication spreads new databases and tables; it spreads no drop. */
export function createDatabase(instance: Instance, body: Fields) {
  const name = databaseName(body);
  if (instance.store.databases.has(name)) throw badRequest(`database '${name}' already exists`);
  for (const one of instance.cluster.mirrorsOf(instance)) one.addDatabase(name);
  return { message: `database '${name}' successfully created` };
}

export function createTable(instance: Instance, body: Fields) {
  const [database, name] = [databaseName(body), String(body.table)];
  if (instance.store.table(database, name)) throw badRequest(`Table '${name}' already exists in '${database}'`);
  for (const one of instance.cluster.mirrorsOf(instance)) {
    const made = one.addDatabase(database);
    if (!made.tables.has(name)) made.addTable(name, String(body.primary_key ?? body.hash_attribute));
  }
  return { message: `table '${database}.${name}' successfully created.` };
}

export function dropTable(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  database.tables.delete(table.name);
  return { message: `successfully deleted table '${database.name}.${table.name}'` };
}

export function dropDatabase(instance: Instance, body: Fields) {
  const name = databaseName(body);
  if (!instance.store.databases.delete(name)) throw notFound(`database '${name}' does not exist`);
  instance.replication.databaseChanged(name);
  return { message: `successfully deleted '${name}'` };
}

function describe(database: Database, table: Table): Fields {
  return {
    schema: database.name,
    name: table.name,
    hash_attribute: table.primaryKey,
    audit: true,
    attributes: [{ attribute: table.primaryKey, is_primary_key: true }],
    record_count: table.rows.size,
  };
}

const describeTables = (database: Database) =>
  Object.fromEntries([...database.tables.values()].map((table) => [table.name, describe(database, table)]));

export function describeAll(instance: Instance) {
  const databases = [...instance.store.databases.values()].filter(({ name }) => name !== "system");
  return Object.fromEntries(databases.map((database) => [database.name, describeTables(database)]));
}

export function describeDatabase(instance: Instance, body: Fields) {
  const database = instance.store.databases.get(databaseName(body));
  if (!database) throw notFound(`database '${databaseName(body)}' does not exist`);
  return describeTables(database);
}

export function describeTable(instance: Instance, body: Fields) {
  const { database, table } = tableOf(instance, body);
  return describe(database, table);
}
