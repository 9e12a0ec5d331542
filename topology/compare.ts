import { type Flow, type Topology, tableOf, tablesIn } from "./model";
import { meshesOf, reachedFrom } from "./paths";

/** What becomes of the edge of one table between two. */
export interface EdgeChange {
  one: string;
  other: string;
  table: string;
  before: Way | undefined;
  after: Way | undefined;
}
export type Way = "->" | "<-" | "<->";

export interface MeshChange {
  /** Everyone in it afterwards; or before, where it is no more. */
  mesh: string[];
  joins: string[];
  leaves: string[];
}

/** Rows that are written on `from`: who gets them no more, and who does now. `*` is every table that has no edge of its own. */
export interface PathChange {
  table: string;
  from: string;
  lost: string[];
  gained: string[];
  /** Of `*`: tables with edges of their own, which still reach whom the others are lost to, or did before. */
  but: string[];
}

export interface Difference {
  members: { added: string[]; removed: string[] };
  meshes: MeshChange[];
  edges: EdgeChange[];
  paths: PathChange[];
}

export const everyOther = "*";

export function compare(before: Topology, after: Topology): Difference {
  const [old, now] = [Object.keys(before.members), Object.keys(after.members)];
  return {
    members: {
      added: now.filter((name) => !old.includes(name)).sort(),
      removed: old.filter((name) => !now.includes(name)).sort(),
    },
    meshes: meshChanges(meshesOf(before), meshesOf(after)),
    edges: edgeChanges(before, after),
    paths: pathChanges(before, after),
  };
}

/** A mesh goes on as the one that has most of its members. */
function meshChanges(before: string[][], after: string[][]): MeshChange[] {
  const left = new Set(before);
  const changes = after.map((mesh): MeshChange => {
    const shared = (other: string[]) => other.filter((name) => mesh.includes(name)).length;
    const [same] = [...left].filter((other) => shared(other) > 0).sort((one, other) => shared(other) - shared(one));
    if (same) left.delete(same);
    return {
      mesh: mesh.toSorted(),
      joins: mesh.filter((name) => !same?.includes(name)).sort(),
      leaves: (same ?? []).filter((name) => !mesh.includes(name)).sort(),
    };
  });
  const ended = [...left].map((mesh) => ({ mesh: mesh.toSorted(), joins: [], leaves: mesh.toSorted() }));
  return [...changes, ...ended].filter(({ joins, leaves }) => joins.length + leaves.length > 0);
}

function edgeChanges(before: Topology, after: Topology): EdgeChange[] {
  const [old, now] = [waysIn(before), waysIn(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === is) return [];
    const [one = "", other = "", table = ""] = JSON.parse(key) as string[];
    return [{ one, other, table, before: was, after: is }];
  });
}

function waysIn({ links }: Topology): Map<string, Way> {
  const ways = new Map<string, Way>();
  for (const { database, table, from, to } of links.flatMap(({ flows }) => flows) as Flow[]) {
    const [one = "", other = ""] = [from, to].sort();
    const key = JSON.stringify([one, other, tableOf({ database, table })]);
    const way: Way = from === one ? "->" : "<-";
    const known = ways.get(key);
    ways.set(key, known && known !== way ? "<->" : way);
  }
  return ways;
}

function pathChanges(before: Topology, after: Topology): PathChange[] {
  const members = [...new Set([...Object.keys(before.members), ...Object.keys(after.members)])].sort();
  const tables = [...new Set([...tablesIn(before), ...tablesIn(after)])].sort();
  return members.flatMap((from) => {
    const change = changeOf(before, after, from, everyOther);
    const reach = (topology: Topology, table: string, whom: string[]) =>
      whom.some((name) => reachedFrom(topology, from, table).has(name));
    const but = tables.filter((table) => reach(after, table, change.lost) || reach(before, table, change.gained));
    const all = { ...change, but };
    const single = tables
      .map((table) => changeOf(before, after, from, table))
      // What is so of every table is said once.
      .map((change) => ({
        ...change,
        lost: change.lost.filter((name) => !all.lost.includes(name)),
        gained: change.gained.filter((name) => !all.gained.includes(name)),
      }));
    return [all, ...single].filter(({ lost, gained }) => lost.length + gained.length > 0);
  });
}

function changeOf(before: Topology, after: Topology, from: string, table: string): PathChange {
  const [old, now] = [reachedFrom(before, from, table), reachedFrom(after, from, table)];
  return { table, from, lost: [...old.difference(now)].sort(), gained: [...now.difference(old)].sort(), but: [] };
}
