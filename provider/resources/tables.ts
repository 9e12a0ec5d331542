import type { Instance } from "../instances";
import { derived, type Edge, edgeKey, notesDatabase } from "../operations-api";
import type { Fail } from "../resource";

const databasesIn = derived(
  (tables: ReadonlyMap<string, number>) => new Set([...tables.keys()].map((name) => name.slice(0, name.indexOf(".")))),
);

/** Fails each edge whose database or table the instance lacks: Harper itself accepts any name and replicates nothing. */
export async function requireTables(
  at: Instance,
  edges: ReadonlyArray<{ edge: Edge; path: string }>,
  fail: Fail,
): Promise<void> {
  const tables = await at.client.lastTables(edges.map(({ edge }) => edgeKey(edge)));
  for (const { edge, path } of edges) {
    if (tables.has(edgeKey(edge))) continue;
    const known = databasesIn(tables).has(edge.database);
    const [property, problem] = known
      ? ["table", `"${edge.table}" is not a table of database "${edge.database}" on ${at.name}`]
      : ["database", `"${edge.database}" is not a database of ${at.name}`];
    fail(path ? `${path}.${property}` : property, `${problem}. Create it first, or set requireTables: false`);
  }
}

/** What is wrong with an edge that no instance need be asked about. */
export function checkEdge(
  edge: { database?: unknown; subscribe?: unknown; publish?: unknown },
  path: string,
  fail: Fail,
): void {
  const at = (property: string) => (path ? `${path}.${property}` : property);
  if (edge.database === "system")
    fail(at("database"), "system is Harper's own database and is not replicated by declaration");
  if (edge.database === notesDatabase)
    fail(at("database"), `${notesDatabase} has what is kept of one instance alone, and is not replicated`);
  if (edge.subscribe === false && edge.publish === false)
    fail(at("subscribe"), "an edge that is off both ways is none: leave it out, which turns it off");
}
