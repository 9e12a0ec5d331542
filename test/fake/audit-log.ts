import { notFound } from "./errors";
import type { Instance } from "./instance";
import type { Change, Fields, Key } from "./store";

const stumble = "Cannot set properties of null (setting 'url')";

/**
 * A patched record is shown whole, rebuilt backwards from what it is today. The rebuilding stumbles where it goes back over
 * a deletion with another patch before it, and comes to nothing where the deletion is the next thing that happened.
 */
function rebuild(log: readonly Change[], change: Change): Fields | null {
  const same = log.filter(({ table, id }) => table === change.table && id === change.id);
  const later = same.filter(({ time }) => time > change.time).reverse();
  const deletion = later.findIndex(({ type }) => type === "delete");
  if (deletion >= 0 && deletion < later.length - 1) throw new TypeError(stumble);
  if (deletion >= 0) return null;
  const until = same.filter(({ time, type }) => time <= change.time && type === "patch");
  const afterDeletion = same.findLastIndex(({ type, time }) => type === "delete" && time < change.time);
  const from = afterDeletion < 0 ? 0 : (same[afterDeletion]?.time ?? 0);
  const values = until.filter(({ time }) => time > from).map(({ value }) => value);
  return Object.assign({}, ...values, { __updatedtime__: change.time }) as Fields;
}

const recordOf = (log: readonly Change[], change: Change) => {
  if (change.type === "delete") return null;
  return change.type === "patch" ? rebuild(log, change) : change.value;
};

export function readAuditLog(instance: Instance, body: Fields) {
  const name = String(body.schema ?? body.database);
  const database = instance.store.databases.get(name);
  if (!database?.tables.has(String(body.table))) throw notFound(`Table '${name}.${body.table}' does not exist`);
  const log = database.log.filter(({ table }) => table === body.table);
  const event = (change: Change): Fields => ({
    operation: change.type === "put" ? "upsert" : change.type,
    timestamp: change.time,
    hash_values: [change.id],
    records: [recordOf(log, change)],
  });
  const values = (body.search_values as Key[] | undefined) ?? [];
  if (body.search_type === "hash_value") {
    return Object.fromEntries(values.map((id) => [id, log.filter((change) => change.id === id).map(event)]));
  }
  const [from = 0, until = Number.POSITIVE_INFINITY] = values.map(Number);
  const events: Fields[] = [];
  try {
    for (const change of log) if (change.time >= from && change.time < until) events.push(event(change));
  } catch (error) {
    // The answer is streamed, and 200 by then.
    events.push({ error: String(error) });
  }
  return events;
}
