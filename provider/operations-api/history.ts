import type { NodeEvent, Pending } from "./bindings";
import type { HarperClient } from "./client";
import { HarperError } from "./errors";
import { Life } from "./life";
import { type NodeRow, nodeEdges } from "./operations";

/** Which process of the operating system serves an instance: tells whether it was restarted. */
export interface ServerProcess {
  pid: number;
  /** Milliseconds since 1970, in whole seconds, one of which it may jitter. */
  startedAt: number;
}

/** Whether both are the same process. */
export const isSameProcess = (one: ServerProcess, other: ServerProcess): boolean =>
  one.pid === other.pid && Math.abs(one.startedAt - other.startedAt) < 2000;

/** Asks which process answers. */
export async function readProcess(client: HarperClient): Promise<ServerProcess> {
  const { harperdb_processes, time } = await client.send("system_information", {
    attributes: ["harperdb_processes", "time"],
  });
  const [core] = harperdb_processes?.core ?? [];
  const startedAt = Date.parse(`${core?.started?.replace(" ", "T")}${offsetOf(time?.timezone)}`);
  if (!core || Number.isNaN(startedAt))
    throw new HarperError("failed", {
      operation: "system_information",
      instance: client.name,
      problem: "it names no process of its own",
    });
  return { pid: core.pid, startedAt };
}

/** `UTC+0130` → `+01:30`, as ISO 8601 has it. */
const offsetOf = (timezone = ""): string => {
  const [, sign, hours, minutes] = /([+-])(\d\d)(\d\d)$/.exec(timezone) ?? [];
  return sign ? `${sign}${hours}:${minutes}` : "Z";
};

interface History {
  life: Life;
  /** What was pending when the table was read last. */
  found?: { rows: readonly NodeRow[]; pending: Pending[] };
  /** Nodes that this process removed and added again, until that shows in a read. */
  rebound: Set<string>;
}

/** To be called after a node was removed and added again: its tables are bound anew. */
export async function noteRebound(client: HarperClient, name: string): Promise<void> {
  (await sharedHistory(client)).rebound.add(name);
}

/** What the instance stores for its peers but does not yet do. Reads the audit log once and then follows our own writes. */
export async function readPending(client: HarperClient): Promise<Pending[]> {
  return (await followed(client)).pending;
}

/** Whether a socket of the instance to a peer that is closed now may stay so. */
export async function readSilenced(client: HarperClient, peer: string): Promise<boolean> {
  const { life, rows } = await followed(client);
  return rows.some((row) => row.name === peer && life.mayBeSilenced(row));
}

async function followed(client: HarperClient) {
  const history = await sharedHistory(client);
  const { life } = history;
  const rows = await client.nodes();
  if (history.found?.rows !== rows) {
    life.read(rows, history.rebound);
    history.found = { rows, pending: life.pending(rows) };
  }
  return { life, ...history.found };
}

/** How old a history may be that is read for what others do meanwhile: a restart, or a reconnect. */
const anewMs = 10_000;

/** The same with a history that is read anew, for who waits until somebody else has seen to what is pending. */
export async function readPendingAnew(client: HarperClient): Promise<Pending[]> {
  const { life } = await client.share("history anew", anewMs, () => readHistory(client));
  return life.pending(await client.nodes());
}

const sharedHistory = (client: HarperClient) =>
  client.look({ key: "history", maxAgeMs: Number.POSITIVE_INFINITY, read: readHistory });

const minute = 60_000;
/** What Harper keeps of its audit log unless it is told otherwise. */
const retentionMs = 3 * 24 * 60 * minute;

async function readHistory(client: HarperClient): Promise<History> {
  const rows = await client.nodes();
  const newest = Math.max(0, ...rows.map((row) => row.updatedAt ?? 0));
  // Without nodes there is nothing that the process could have started with.
  if (newest === 0) return { life: new Life(0, true), rebound: new Set() };
  const { startedAt } = await readProcess(client);
  const found = await readLongest(client, startedAt, newest);
  const complete = found.from === 0 && startedAt > newest - retentionMs;
  const isCut = !complete || found.events.some(({ edges, at }) => edges === "removed" && at >= startedAt);
  const life = new Life(startedAt, complete);
  life.follow(isCut ? found.events : found.events.map(withEdges));
  // A record whose making the log does not have is known only as it is now.
  life.read(rows, new Set(), true);
  return { life, rebound: new Set() };
}

/**
 * Of nodes that were joined at about the same time, Harper 4.7 sometimes tells the first entry as null, or as the record
 * is today. Without a removal it is taken for one that bound nothing, as this provider joins explicit nodes.
 */
const withEdges = (event: NodeEvent): NodeEvent => ({ ...event, edges: event.edges ?? [] });

/** How many windows are tried at most: a failed one costs the server an entry in its log. */
const mostWindows = 8;

/**
 * Harper 4.7 cannot read its audit log back over the removal of a record that was changed before it ("Cannot set
 * properties of null"). Tried are the whole log, the life of the process, and halves of what is left.
 */
async function readLongest(client: HarperClient, startedAt: number, newest: number) {
  let longest = { events: [] as NodeEvent[], from: newest };
  const whole = await readWindow(client, 0);
  if (whole === "none") return longest;
  if (whole) return { events: whole, from: 0 };
  let tooLong = 0;
  for (let tries = 0; tries < mostWindows; tries++) {
    const from = tries === 0 ? startedAt : (tooLong + longest.from) / 2;
    const events = await readWindow(client, from);
    if (events === "none") break;
    if (events) longest = { events, from };
    else tooLong = from;
    if (events && tries === 0) break;
  }
  return longest;
}

/** The nodes that an instance has removed, and when it did last; undefined where it does not tell. */
export async function readRemoved(client: HarperClient): Promise<Map<string, number> | undefined> {
  const events = await readWindow(client, 0);
  if (events === "none" || !events) return undefined;
  return new Map(events.filter(({ edges }) => edges === "removed").map(({ name, at }) => [name, at]));
}

/** Undefined where the server fails to read the window, `none` where it keeps no log. */
async function readWindow(client: HarperClient, from: number): Promise<NodeEvent[] | undefined | "none"> {
  const since = from > 0 ? { searchType: "timestamp", searchValues: [from] } : {};
  try {
    const entries = await client.send("read_audit_log", { schema: "system", table: "hdb_nodes", ...since });
    return toEvents(entries as AuditEntry[]);
  } catch (error) {
    if (error instanceof HarperError && error.code === "failed") return undefined;
    if (error instanceof HarperError && noLog.has(error.code)) return "none";
    throw error;
  }
}

/** What Harper answers where its configuration has `logging.auditLog: false`, or a version has no such operation. */
const noLog = new Set(["invalid", "unsupportedOperation", "forbidden"]);

interface AuditEntry {
  error?: unknown;
  operation?: string;
  timestamp?: number;
  hash_values?: unknown[];
  records?: unknown[];
}

/** Undefined where the log holds the server's own error in place of an entry. */
function toEvents(entries: readonly AuditEntry[]): NodeEvent[] | undefined {
  if (entries.some(({ error }) => error)) return undefined;
  return entries.flatMap(({ operation, timestamp: at = 0, hash_values = [], records = [] }) =>
    hash_values.map((hash, index) => {
      const record = Object(records[index]) as { subscriptions?: unknown; replicates?: unknown };
      const full = Boolean(record.replicates);
      // A record that the log can no longer tell has no list, or is null.
      const edges = operation === "delete" ? "removed" : (nodeEdges(record.subscriptions) ?? (full ? [] : undefined));
      return { name: String(hash), at, edges };
    }),
  );
}
