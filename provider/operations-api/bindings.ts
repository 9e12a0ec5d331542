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
export interface Binding {
  bound: Tables;
  /** Tables that are taken to be bound, and may not be. */
  unsure: Tables;
  /** Nothing was lost of what came before. */
  isKnown: boolean;
  wasRemoved: boolean;
  /** Databases of which nothing was received for a time since they were bound: on again, one end's socket may stay closed for good. */
  silenced: Set<string>;
  /** All that the process has done is known. */
  isWhole: boolean;
}

export const nothing = (): Binding => ({
  bound: new Map(),
  unsure: new Map(),
  isKnown: true,
  wasRemoved: false,
  silenced: new Set(),
  isWhole: true,
});

/** What a process starts with is bound as it is stored. */
export function based({ edges }: NodeEvent): Binding {
  if (edges === "removed") return nothing();
  return edges ? { ...nothing(), bound: tablesOf(edges) } : { ...nothing(), isKnown: false, isWhole: false };
}

export function followed(before: Binding, { edges, rebinds }: NodeEvent): Binding {
  if (edges === "removed") return { ...before, wasRemoved: true };
  if (edges === undefined) return { ...before, isKnown: false };
  const isAnew = rebinds === true || before.wasRemoved;
  const bound = new Map(before.bound);
  for (const [database, tables] of tablesOf(edges, !before.isKnown && !isAnew)) {
    const present = bound.get(database);
    if (!present || isAnew) bound.set(database, new Set([...(present ?? []), ...tables]));
  }
  const unsure = isAnew ? new Map() : before.isKnown ? before.unsure : tablesOf(edges);
  const received = tablesOf(edges);
  const stillSilent = [...before.silenced].filter((database) => !isAnew || !received.has(database));
  const silent = [...before.bound.keys()].filter((database) => !received.has(database));
  return { ...before, bound, unsure, isKnown: true, wasRemoved: false, silenced: new Set([...stillSilent, ...silent]) };
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

export function pendingIn(row: NodeRow, binding: Binding | undefined): Pending | undefined {
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

/** Whether rows of a peer may not come because a socket was closed for good: one that is closed now is, where this says so. */
export function isSilenced(row: NodeRow, binding: Binding | undefined): boolean {
  const received = row.full ? [] : [...tablesOf(row.subscriptions).keys()];
  return received.some((database) => !binding?.isWhole || binding.silenced.has(database));
}

/** Whether the record replicates anything at all. */
export const replicates = (row: NodeRow): boolean => row.full || row.subscriptions.some(isOn);
