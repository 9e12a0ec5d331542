import type { Edge } from "./edges";
import { isOn } from "./edges";
import type { NodeRow } from "./operations";

/**
 * What is stored is not what flows. The subscriber binds the tables of a database when its socket to a peer first
 * connects in the life of its process; later changes are stored only. A reconnect (remove, then add) binds more tables,
 * and only a restart unbinds any. These rules were found by counting rows on 4.7.29 and are held by test/e2e/flow.test.ts.
 */

/** A node's record at one moment, as the instance's audit log has it. `rebinds` where the connection was made anew. */
export interface NodeEvent {
  name: string;
  at: number;
  edges: Edge[];
  full: boolean;
  rebinds?: boolean;
}

/** Edges whose rows do not (yet) go as they are stored, for the receiving side of one instance. */
export interface Pending {
  peer: string;
  /** On, but no rows come until the instance reconnects to the peer or restarts. Table `*`: all that were not bound before. */
  notFlowing: Edge[];
  /** Off, but rows still come until the instance restarts. */
  stillFlowing: Edge[];
}

/** The tables bound in the present process, by peer and database. */
export type Bindings = Map<string, Map<string, Set<string>>>;

/**
 * Replays a history. Events before `startedAt` (milliseconds; Harper tells whole seconds, hence the second of grace) are
 * what the process started with. With `complete` false the history begins after a removal, and what its first event
 * names counts as bound.
 */
export function bindingsOf(events: readonly NodeEvent[], startedAt: number, complete: boolean): Bindings {
  const bindings: Bindings = new Map();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.at < startedAt + 1000) {
      bindings.set(event.name, bound(new Map(), event, false));
    } else {
      const unknownBefore = !complete && !seen.has(event.name);
      bindings.set(
        event.name,
        bound(bindings.get(event.name) ?? new Map(), event, event.rebinds === true || unknownBefore, unknownBefore),
      );
    }
    seen.add(event.name);
  }
  return bindings;
}

function bound(
  before: Map<string, Set<string>>,
  event: NodeEvent,
  rebinds: boolean,
  offToo = false,
): Map<string, Set<string>> {
  const after = new Map(before);
  const databases = new Set(event.edges.map((edge) => edge.database));
  for (const database of databases) {
    const present = before.get(database);
    const counted = event.edges.filter(
      (edge) => edge.database === database && (edge.subscribe || (offToo && !isOn(edge))) && edge.database !== "system",
    );
    if (counted.length === 0 || (present && !rebinds)) continue;
    after.set(database, new Set([...(present ?? []), ...counted.map((edge) => edge.table)]));
  }
  return after;
}

/** Where what an instance stores and what it receives differ. */
export function pendingOf(rows: readonly NodeRow[], bindings: Bindings): Pending[] {
  return rows.flatMap((row) => {
    const tables = bindings.get(row.name) ?? new Map<string, Set<string>>();
    if (row.full) {
      const notFlowing = [...tables.keys()].map((database) => ({
        database,
        table: "*",
        subscribe: true,
        publish: false,
      }));
      return notFlowing.length > 0 ? [{ peer: row.name, notFlowing, stillFlowing: [] }] : [];
    }
    const live = new Set(row.subscriptions.filter((edge) => edge.subscribe).map((edge) => edge.database));
    const isBound = (edge: Edge) => tables.get(edge.database)?.has(edge.table) ?? false;
    const notFlowing = row.subscriptions.filter(
      (edge) => edge.subscribe && tables.has(edge.database) && !isBound(edge),
    );
    const stillFlowing = row.subscriptions.filter(
      (edge) => !edge.subscribe && live.has(edge.database) && isBound(edge),
    );
    return notFlowing.length + stillFlowing.length > 0 ? [{ peer: row.name, notFlowing, stillFlowing }] : [];
  });
}

/** The history with what a later reading of the table adds to it. Takes out of `rebound` what it has used. */
export function extended(events: readonly NodeEvent[], rows: readonly NodeRow[], rebound: Set<string>): NodeEvent[] {
  const last = new Map(events.map((event) => [event.name, event]));
  const news = rows.filter((row) => (row.updatedAt ?? 0) > (last.get(row.name)?.at ?? Number.NEGATIVE_INFINITY));
  return [
    ...events,
    ...news.map(({ name, updatedAt, subscriptions, full }) => ({
      name,
      at: updatedAt ?? 0,
      edges: subscriptions,
      full,
      rebinds: rebound.delete(name),
    })),
  ];
}

/** Whether the record replicates anything at all. */
export const replicates = (row: NodeRow): boolean => row.full || row.subscriptions.some(isOn);
