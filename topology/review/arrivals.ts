import type { Difference } from "../compare";
import type { Live } from "../live/snapshot";

/** What happens to rows that are there before an edge is. */
export interface Arrival {
  edge: string;
  text: string;
}

/** For each new edge and each who joins a mesh: which rows that are there already arrive, and from where. */
export function arrivalsOf({ edges, meshes }: Difference, live: Live | undefined): Arrival[] {
  const rowsOf = (name: string, table?: string) => rowsOn(live, name, table);
  const joins = meshes.flatMap(({ mesh, joins: those }) => {
    const others = mesh.filter((name) => !those.includes(name));
    const from = others.length > 0 ? others : mesh.slice(0, 1);
    return those
      .filter((name) => !from.includes(name))
      .map((name) => ({
        edge: `${name} in ${mesh.join(", ")}`,
        text: `${name} copies everything from one of ${from.join(", ")}${rowsOf(from[0] as string)}, which copies everything from it${rowsOf(name)}. Of rows with the same key on both the newer one stays`,
      }));
  });
  const carried = edges.flatMap(({ one, other, table, before, after }) => {
    const isNew = (way: "->" | "<-") => (after === "<->" || after === way) && before !== "<->" && before !== way;
    const from = [...(isNew("->") ? [one] : []), ...(isNew("<-") ? [other] : [])];
    if (from.length === 0) return [];
    const there = from.map((name) => `${name}${rowsOf(name, table)}`).join(" and ");
    return [
      {
        edge: `${one} ${after} ${other}: ${table}`,
        text: `no row that is there already arrives, of ${there}: an edge carries what is written from then on`,
      },
    ];
  });
  return [...joins, ...carried];
}

/** ` (1200 rows)`, as the instance estimates them; nothing where it was not asked. */
function rowsOn(live: Live | undefined, name: string, table?: string): string {
  const tables = live?.instances.find((instance) => instance.name === name)?.tables;
  if (!tables) return "";
  const counts = table === undefined ? Object.values(tables) : [tables[table] ?? 0];
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return ` (${rows} ${rows === 1 ? "row" : "rows"}${table === undefined ? ` in ${counts.length} tables` : ""})`;
}
