import { type NodeRow, notesDatabase, replicates, type SocketStatus } from "../../operations-api";
import { mirrorProblem } from "../mirror";
import type { Member, View } from "./members";

/** A socket over which rows come, as it was when all was ready. */
export interface OpenSocket {
  from: string;
  to: string;
  database: string;
  lastReceived?: string | undefined;
}

/** What is in the way, in sentences, and what is not. */
export interface Finding {
  problems: string[];
  sockets: OpenSocket[];
  /** The instances of both ends of a socket that is closed, as far as each can be asked. */
  apart: string[];
}

/** What there is between two members, as far as either says it. `isExpected`: that they have records of each other. */
export async function examine(one: Member, other: Member, isExpected: boolean): Promise<Finding> {
  const halves = [
    { to: one, from: other },
    { to: other, from: one },
  ].map((half) => ({ ...half, row: half.to.view?.rows.find(({ name }) => name === half.from.name) }));
  if (!isExpected && halves.every(({ row }) => row === undefined)) return nothing;
  const found = halves.map(({ to, from, row }) => (to.view ? received(to.name, to.view, from, row) : nothing));
  const disagreement = await mirrored(one, other, halves[0]?.row);
  return {
    problems: [...(disagreement ? [disagreement] : []), ...found.flatMap(({ problems }) => problems)],
    sockets: found.flatMap(({ sockets }) => sockets),
    apart: found.flatMap(({ apart }) => apart),
  };
}

const nothing: Finding = { problems: [], sockets: [], apart: [] };

/** Where a half is missing, its end says so itself. */
async function mirrored(one: Member, other: Member, row: NodeRow | undefined): Promise<string | undefined> {
  if (!one.view || !other.view || !row || !other.view.rows.some(({ name }) => name === one.name)) return undefined;
  const problem = await mirrorProblem(one.view.at, row, other.view.at);
  return problem && `${problem}.`;
}

/** What one end receives from the other, over a socket for each database. */
function received(to: string, view: View, from: Member, row: NodeRow | undefined): Finding {
  if (!row) return { ...nothing, problems: [`${to} has no record of ${from.name}.`] };
  if (!replicates(row)) return nothing;
  const here = socketsIn(view, from.name);
  const there = socketsIn(from.view, to);
  const closed: string[] = [];
  const copied: string[] = [];
  const sockets: OpenSocket[] = [];
  const databases = databasesIn(row, view, [...here, ...there]);
  for (const database of databases) {
    const socket = here.find((candidate) => candidate.database === database);
    const isCopied =
      socket?.catchesUp || there.some((candidate) => candidate.database === database && candidate.sendsCopy);
    if (socket?.connected !== true) closed.push(database);
    else if (isCopied) copied.push(database);
    else sockets.push({ from: from.name, to, database, lastReceived: socket.lastReceived });
  }
  const problems = [
    row.full && databases.length === 0 && `${to} has no socket for rows of ${from.name} yet.`,
    closed.length > 0 && `${to} is not connected to receive rows from ${from.name} (${closed.join(", ")}).`,
    copied.length > 0 && `Rows of ${from.name} are still being copied to ${to} (${copied.join(", ")}).`,
  ];
  const apart = closed.length > 0 && from.view ? [view.at.name, from.view.at.name] : [];
  return { problems: problems.filter((text) => text !== false), sockets, apart };
}

const socketsIn = (view: View | undefined, peer: string): SocketStatus[] =>
  view?.connections.find(({ name }) => name === peer)?.sockets ?? [];

/** Full replication is of every database that either end has a socket for, and that the receiver is to replicate. */
function databasesIn({ full, subscriptions }: NodeRow, view: View, sockets: SocketStatus[]): string[] {
  const isWanted = (database: string) => database !== notesDatabase && (view.databases?.includes(database) ?? true);
  const named = full
    ? sockets.flatMap(({ database }) => database ?? []).filter(isWanted)
    : subscriptions.filter(({ subscribe }) => subscribe).map(({ database }) => database);
  return [...new Set(named)].sort();
}
