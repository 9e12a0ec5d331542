import { authorityInfo, authorityPem } from "./certificates";
import type { Instance } from "./instance";
import type { Fields } from "./store";
import { databaseOf, type NodeRecord, type Subscription } from "./types";

export const ownRecord = (instance: Instance): Fields => ({
  url: instance.url,
  ca: authorityPem(instance.certificate.issuer),
  replicates: true,
  subscriptions: null,
  ...(instance.shard === undefined ? {} : { shard: instance.shard }),
});

/** The upsert: subscriptions merge by (database, table) before v5, revoked certificates only grow. */
export function ensureNode(instance: Instance, name: string, fields: Fields): void {
  const record: Fields = { ...fields, name };
  if (record.ca) record.ca_info = authorityInfo(record.ca as string);
  else delete record.ca;
  const existing = instance.nodes.get(name) as NodeRecord | undefined;
  if (existing) {
    if (record.replicates) record.subscriptions = null;
    const replaces = instance.version.startsWith("5.");
    if (record.subscriptions && existing.subscriptions && !replaces) {
      record.subscriptions = merge(existing.subscriptions, record.subscriptions as Subscription[]);
    }
    if (Array.isArray(record.revoked_certificates)) {
      record.revoked_certificates = [
        ...new Set([...(existing.revoked_certificates ?? []), ...(record.revoked_certificates as string[])]),
      ];
    }
  }
  instance.store.write("system", "hdb_nodes", "patch", name, JSON.parse(JSON.stringify(record)) as Fields);
}

function merge(existing: readonly Subscription[], sent: readonly Subscription[]): Subscription[] {
  const merged = structuredClone(existing) as Subscription[];
  const added: Subscription[] = [];
  for (const one of sent) {
    const same = merged.find((old) => databaseOf(old) === databaseOf(one) && old.table === one.table);
    if (same) Object.assign(same, { publish: one.publish, subscribe: one.subscribe });
    else added.push(one);
  }
  return [...merged, ...added];
}
