import { databaseName, tableOf } from "./data";
import { badRequest, notFound } from "./errors";
import type { Instance } from "./instance";
import type { Database, Fields, Table } from "./store";

/** Full replication spreads new databases and tables; it spreads no drop. */
export function createDatabase(instance: Instance, body: Fields) {
  const name = databaseName(body);
  if (instance.store.databases.has(name)) throw badRequest(`database '${name}' already exists`);
  for (const one of instance.cluster.mirrorsOf(instance)) one.addDatabase(name);
  return { message: `database '${name}' successfully created` };
}

export function createTable(instance: Instance, body: Fields) {
  const [database, name] = [databaseName(body), String(body.table)];
  if (/[`/]/.test(name)) throw badRequest("'table' names cannot include backticks or forward slashes");
  if (instance.store.table(database, name)) throw badRequest(`Table '${name}' already exists in '${database}'`);
  for (const one of instance.cluster.mirrorsOf(instance)) {
    const made = one.addDatabase(database);
    // Whether it is audited is not told to others.
    const audited = one !== instance || body.audit !== false;
    if (!made.tables.has(name)) made.addTable(name, String(body.primary_key ?? body.hash_attribute), audited);
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
    audit: table.audited,
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
