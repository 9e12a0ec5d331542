import type { Edge } from "./edges";
import { isOn } from "./edges";
import type { NodeRow } from "./operations";

/**
 * What is stored is not what flows. The subscriber binds the tables of a database when its socket to a peer first
 * connects in the life of its process; later changes are stored only. A reconnect (remove, then add) binds more tables,
 * and only a restart unbinds any. These rules were found by counting rows on 4.7.29 and are held by the lifecycle suite.
 */

/** One entry of a node's history, as the instance's audit log has it. */
export interface NodeEvent {
  name: string;
  at: number;
  /** The whole list of the record then; undefined where the log can no longer tell, `removed` where it was deleted. */
  edges: Edge[] | "removed" | undefined;
  full: boolean;
  /** The connection was made anew by this. */
  rebinds?: boolean;
  /** What was there before is not known. */
  isFirstKnown?: boolean;
}

/** Edges whose rows do not go as they are stored, for the receiving side of one instance. */
export interface Pending {
  peer: string;
  /** On, but no rows come until the instance reconnects to the peer or restarts. Table `*`: all that were not bound before. */
  notFlowing: Edge[];
  /** Off, but rows still come until the instance restarts. */
  stillFlowing: Edge[];
  /** On, and the log cannot tell whether rows come. */
  unsure: Edge[];
}

type Tables = Map<string, Set<string>>;

/** What is bound to one peer in the present process, as far as it is known. */
interface Binding {
  bound: Tables;
  /** Tables that are taken to be bound, and may not be. */
  unsure: Tables;
  /** Nothing was lost of what came before. */
  isKnown: boolean;
  wasRemoved: boolean;
}

/** The life of one process of an instance, as far as it was followed. */
export class Life {
  /** Milliseconds; Harper tells whole seconds, hence a second of grace. What is older is what the process started with. */
  private readonly startedAt: number;
  /** Where it is false, the history has no beginning. */
  private readonly isComplete: boolean;
  private readonly bindings = new Map<string, Binding>();
  private readonly lastAt = new Map<string, number>();

  constructor(startedAt: number, isComplete: boolean) {
    this.startedAt = startedAt;
    this.isComplete = isComplete;
  }

  follow(events: readonly NodeEvent[]): void {
    for (const event of events) {
      const isKnown = this.isComplete && !event.isFirstKnown;
      const fresh = { bound: new Map(), unsure: new Map(), isKnown, wasRemoved: false };
      const before = this.bindings.get(event.name) ?? fresh;
      const isBase = event.at < this.startedAt + 1000;
      this.bindings.set(event.name, isBase ? based(event) : followed(before, event));
      this.lastAt.set(event.name, event.at);
    }
  }

  /** Follows what a later reading of the table adds. Takes out of `rebound` what it has used. */
  read(rows: readonly NodeRow[], rebound: Set<string>, isFirstKnown = false): void {
    const isNews = ({ name, updatedAt = 0 }: NodeRow) =>
      updatedAt > (this.lastAt.get(name) ?? Number.NEGATIVE_INFINITY);
    const news = rows.filter(isNews).map(({ name, updatedAt = 0, subscriptions: edges, full }) => ({
      name,
      at: updatedAt,
      edges,
      full,
      rebinds: rebound.delete(name),
      isFirstKnown: isFirstKnown && !this.lastAt.has(name),
    }));
    this.follow(news);
  }

  /** Where what the instance stores and what it receives differ, or may. */
  pending(rows: readonly NodeRow[]): Pending[] {
    return rows.map((row) => pendingIn(row, this.bindings.get(row.name))).filter((one) => one !== undefined);
  }
}

/** What a process starts with is bound as it is stored. */
function based(event: NodeEvent): Binding {
  const nothing: Binding = { bound: new Map(), unsure: new Map(), isKnown: true, wasRemoved: false };
  if (event.edges === "removed") return nothing;
  return event.edges ? { ...nothing, bound: tablesOf(event.edges) } : { ...nothing, isKnown: false };
}

function followed(before: Binding, { edges, rebinds }: NodeEvent): Binding {
  if (edges === "removed") return { ...before, wasRemoved: true };
  if (edges === undefined) return { ...before, isKnown: false };
  const isAnew = rebinds === true || before.wasRemoved;
  const bound = new Map(before.bound);
  for (const [database, tables] of tablesOf(edges, !before.isKnown && !isAnew)) {
    const present = bound.get(database);
    if (!present || isAnew) bound.set(database, new Set([...(present ?? []), ...tables]));
  }
  const unsure = isAnew ? new Map() : before.isKnown ? before.unsure : tablesOf(edges);
  return { bound, unsure, isKnown: true, wasRemoved: false };
}

/** Tables that are received, by database; with `offToo` also those that may have been before they were turned off. */
function tablesOf(edges: readonly Edge[], offToo = false): Tables {
  const counted = edges.filter((edge) => (edge.subscribe || (offToo && !isOn(edge))) && edge.database !== "system");
  return new Map(
    [...Map.groupBy(counted, ({ database }) => database)].map(([database, of]) => [
      database,
      new Set(of.map(({ table }) => table)),
    ]),
  );
}

function pendingIn(row: NodeRow, binding: Binding | undefined): Pending | undefined {
  if (!binding) return undefined;
  const { bound, unsure } = binding;
  if (row.full) {
    const notFlowing = [...bound.keys()].map((database) => ({ database, table: "*", subscribe: true, publish: false }));
    return notFlowing.length > 0 ? { peer: row.name, notFlowing, stillFlowing: [], unsure: [] } : undefined;
  }
  const has = (tables: Tables, { database, table }: Edge) => tables.get(database)?.has(table) ?? false;
  const received = row.subscriptions.filter((edge) => edge.subscribe);
  const live = new Set(received.map((edge) => edge.database));
  const found: Pending = {
    peer: row.name,
    notFlowing: received.filter((edge) => bound.has(edge.database) && !has(bound, edge)),
    stillFlowing: row.subscriptions.filter((edge) => !edge.subscribe && live.has(edge.database) && has(bound, edge)),
    unsure: received.filter((edge) => has(unsure, edge)),
  };
  return found.notFlowing.length + found.stillFlowing.length + found.unsure.length > 0 ? found : undefined;
}

/** Whether the record replicates anything at all. */
export const replicates = (row: NodeRow): boolean => row.full || row.subscriptions.some(isOn);
