/** What differs from run to run, or says nothing about behaviour. */
const dropped = new Set([
  "ca",
  "latency",
  "threadId",
  "lastCommitConfirmed",
  "lastReceivedRemoteTime",
  "lastReceivedLocalTime",
  "lastReceivedVersion",
  "lastReceivedStatus",
  "sendingMessage",
  "backPressurePercent",
]);
const masked = /^(__updatedtime__|__createdtime__|txn_time|timestamp|start_time|job_id|current|uptime|pid|started)$/;
const byName = new Set(["connections", "nodes"]);

export function normalise(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalise(item));
    return byName.has(key) || key === "database_sockets" ? items.sort((x, y) => (label(x) < label(y) ? -1 : 1)) : items;
  }
  if (typeof value === "string") return value.replaceAll(/\(setting '\w+'\)/g, "(setting …)");
  if (typeof value !== "object" || value === null) return value;
  // A full record has no subscriptions or null ones, as the race of the two sides goes.
  const says = ([name, item]: [string, unknown]) => !dropped.has(name) && !(name === "subscriptions" && item === null);
  const entries = Object.entries(value).filter(says);
  entries.sort(([x], [y]) => (x < y ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, normaliseField(name, item)]));
}

function normaliseField(name: string, item: unknown): unknown {
  if (masked.test(name) && item !== null) return `<${typeof item}>`;
  // Who issued the certificate stays; numbers and dates go.
  if (name === "ca_info" && item) return (item as { subject: string }).subject.split(" ")[0];
  return normalise(item, name);
}

const label = (item: unknown) => {
  const { name, database } = (item ?? {}) as { name?: string; database?: string };
  return name ?? database ?? JSON.stringify(item);
};
