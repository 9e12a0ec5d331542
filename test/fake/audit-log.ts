import { notFound } from "./errors";
import type { Instance } from "./instance";
import type { Fields } from "./store";

export function readAuditLog(instance: Instance, body: Fields) {
  const name = String(body.schema ?? body.database);
  const database = instance.store.databases.get(name);
  if (!database?.tables.has(String(body.table))) throw notFound(`Table '${name}.${body.table}' does not exist`);
  const [from = 0] = body.search_type === "timestamp" ? ((body.search_values as number[] | undefined) ?? []) : [];
  const changes = database.log.filter(({ table, time }) => table === body.table && time >= from);
  // The server rebuilds patched records backwards, and stumbles over a deletion with anything after it.
  const again = changes.some(
    ({ id, type }, at) =>
      type === "delete" &&
      changes.slice(0, at).some((one) => one.id === id) &&
      changes.slice(at).some((one) => one.id === id && one.type !== "delete"),
  );
  if (again) return [{ error: "TypeError: Cannot set properties of null (setting 'url')" }];
  return changes.map(
    ({ type, time, id, value }): Fields => ({
      operation: type,
      user_name: null,
      timestamp: time,
      hash_values: [id],
      ...(value ? { records: [value] } : {}),
    }),
  );
}
