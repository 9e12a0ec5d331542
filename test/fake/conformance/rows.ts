import type { Run, Seat } from "./run";

const everywhere = ["a", "b", "c"] as const;

export async function tables(
  run: Run,
  database: string,
  names: readonly string[],
  seats: readonly Seat[] = everywhere,
) {
  run.databases.add(database);
  for (const table of names) {
    const create = { operation: "create_table", database, table, primary_key: "id" };
    await Promise.all(seats.map((seat) => run.send(seat, create)));
  }
}

/** Writes a row into each table at one instance; `expected` says into which tables of the other it must come. */
export async function flow(run: Run, from: Seat, to: Seat, database: string, expected: Record<string, boolean>) {
  const id = `row-${from}-${run.notes.length}`;
  const names = Object.keys(expected);
  for (const table of names) await run.send(from, { operation: "insert", database, table, records: [{ id }] });
  const arrived = async () => {
    const found: Record<string, boolean> = {};
    for (const table of names) {
      const search = { operation: "search_by_id", database, table, ids: [id], get_attributes: ["id"] };
      const { answer } = await run.send(to, search);
      found[table] = Array.isArray(answer) && answer.length === 1;
    }
    return found;
  };
  let found = await arrived();
  for (let turn = 0; turn < 40 && names.some((table) => expected[table] && !found[table]); turn += 1) {
    await run.pause(100);
    found = await arrived();
  }
  await run.pause(250);
  run.note(`rows flow from ${from} to ${to} in ${database}`, await arrived());
}
