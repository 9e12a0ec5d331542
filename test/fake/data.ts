import { badRequest, notFound } from "./errors";
import type { Instance } from "./instance";
import type { Database, Fields, Key, Table } from "./store";

export const databaseName = (body: Fields) => String(body.database ?? body.schema ?? "data");

export function tableOf(instance: Instance, body: Fields, missing = notFound): { database: Database; table: Table } {
  const database = instance.store.databases.get(databaseName(body));
  if (!database) throw missing(`database '${databaseName(body)}' does not exist`);
  const table = database.tables.get(String(body.table));
  if (!table) throw missing(`Table '${database.name}.${body.table}' does not exist`);
  return { database, table };
}

/** For what writes, the table that is missing is a bad request. */
function tableToWrite(instance: Instance, body: Fields) {
  const found = tableOf(instance, body, badRequest);
  for (const record of body.records as Fields[]) for (const key of Object.keys(record)) found.table.columns?.add(key);
  return found;
}

function pick(row: Fields, attributes: unknown, { columns }: Table): Fields {
  const names = (attributes as string[] | undefined) ?? ["*"];
  const unknown = names.find((name) => name !== "*" && columns?.has(name) === false);
  if (unknown) throw new Error(`unknown attribute '${unknown}'`);
  if (names.includes("*"))
    return columns ? Object.fromEntries([...columns].map((name) => [name, row[name] ?? null])) : { ...row };
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
  return found.map((row) => pick(row, body.get_attributes, table));
}

export function searchById(instance: Instance, body: Fields) {
  if (body.get_attributes === undefined) throw new Error("'get_attributes' is required");
  const { table } = tableOf(instance, body);
  const ids = (body.ids ?? body.hash_values ?? []) as Key[];
  return ids.flatMap((id) => {
    const row = table.rows.get(id);
    return row ? [pick(row, body.get_attributes, table)] : [];
  });
}

/** What comes at the same time is not seen: of several that insert one key, the last one's row is there in the end. */
export async function insert(instance: Instance, body: Fields) {
  const { database, table } = tableToWrite(instance, body);
  const records = (body.records as Fields[]).map((record) => ({ record, id: record[table.primaryKey] as Key }));
  const news = records.filter(({ id }) => !table.rows.has(id));
  await new Promise((done) => setImmediate(done));
  for (const { record, id } of news) instance.store.write(database.name, table.name, "insert", id, record);
  const inserted = news.map(({ id }) => id);
  const skipped = records.filter((one) => !news.includes(one)).map(({ id }) => id);
  const total = inserted.length + skipped.length;
  return {
    message: `inserted ${inserted.length} of ${total} records`,
    inserted_hashes: inserted,
    skipped_hashes: skipped,
  };
}

export function upsert(instance: Instance, body: Fields) {
  const { database, table } = tableToWrite(instance, body);
  const ids = (body.records as Fields[]).map((record) => {
    const id = record[table.primaryKey] as Key;
    instance.store.write(database.name, table.name, "upsert", id, record);
    return id;
  });
  return { message: `upserted ${ids.length} of ${ids.length} records`, upserted_hashes: ids };
}

export function update(instance: Instance, body: Fields) {
  const { database, table } = tableToWrite(instance, body);
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
