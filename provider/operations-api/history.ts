import { bindingsOf, extended, type NodeEvent, type Pending, pendingOf } from "./bindings";
import type { HarperClient } from "./client";
import type { Edge } from "./edges";
import { HarperError } from "./errors";
import { nodeEdges } from "./operations";

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
  process: ServerProcess;
  events: NodeEvent[];
  complete: boolean;
  /** Nodes that this process removed and added again, until that shows in a read. */
  rebound: Set<string>;
}

/** To be called after a node was removed and added again: its tables are bound anew. */
export async function noteRebound(client: HarperClient, name: string): Promise<void> {
  (await sharedHistory(client)).rebound.add(name);
}

/** What the instance stores for its peers but does not yet do. Reads the audit log once and then follows our own writes. */
export async function readPending(client: HarperClient): Promise<Pending[]> {
  const history = await sharedHistory(client);
  const rows = await client.nodes();
  history.events = extended(history.events, rows, history.rebound);
  return pendingOf(rows, bindingsOf(history.events, history.process.startedAt, history.complete));
}

const sharedHistory = (client: HarperClient) =>
  client.share("history", Number.POSITIVE_INFINITY, () => readHistory(client));

const minute = 60_000;
/**
 * How far back to read. Harper 4.7 cannot tell the history of a record across its removal ("Cannot set properties of
 * null"), so a window that reaches too far is followed by a shorter one.
 */
const windows = [Number.POSITIVE_INFINITY, 6 * 60 * minute, 30 * minute, 2 * minute, minute / 6];

async function readHistory(client: HarperClient): Promise<History> {
  const [process, rows] = await Promise.all([readProcess(client), client.nodes()]);
  const newest = Math.max(0, ...rows.map((row) => row.updatedAt ?? 0));
  if (newest === 0) return { process, events: [], complete: true, rebound: new Set() };
  for (const back of windows) {
    const events = await readWindow(client, newest - back);
    if (events) return { process, events, complete: back === Number.POSITIVE_INFINITY, rebound: new Set() };
  }
  return { process, events: [], complete: false, rebound: new Set() };
}

async function readWindow(client: HarperClient, from: number): Promise<NodeEvent[] | undefined> {
  const since = Number.isFinite(from) ? { searchType: "timestamp", searchValues: [from] } : {};
  try {
    const entries = await client.send("read_audit_log", { schema: "system", table: "hdb_nodes", ...since });
    return toEvents(entries);
  } catch (error) {
    if (error instanceof HarperError && error.code === "failed") return undefined;
    throw error;
  }
}

/** Undefined where the log holds the server's own error in place of an entry. */
function toEvents(entries: readonly unknown[]): NodeEvent[] | undefined {
  const events: NodeEvent[] = [];
  const known = new Map<string, Edge[]>();
  for (const entry of entries as Array<{
    error?: unknown;
    timestamp?: number;
    hash_values?: unknown[];
    records?: unknown[];
  }>) {
    if (entry.error) return undefined;
    for (const [index, hash] of (entry.hash_values ?? []).entries()) {
      const name = String(hash);
      const record = Object(entry.records?.[index]) as { subscriptions?: unknown; replicates?: unknown };
      const edges = nodeEdges(record.subscriptions) ?? known.get(name) ?? [];
      known.set(name, edges);
      events.push({ name, at: entry.timestamp ?? 0, edges, full: Boolean(record.replicates) });
    }
  }
  return events;
}
