import type { Instance } from "../../instances";
import { cannotTell } from "../../operations-api";

/** One end of what is to be joined, and the rows of its tables by `database.table`: undefined where it cannot be asked. */
export interface Side {
  name: string;
  tables: ReadonlyMap<string, number> | undefined;
}

/** What an instance has, if there is one to ask. Counting waits for nobody else and fails nothing. */
export async function sideOf(instance: Instance | undefined, otherwise: string): Promise<Side> {
  try {
    return { name: instance?.name ?? otherwise, tables: await instance?.client.lastTables([]) };
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    return { name: instance?.name ?? otherwise, tables: undefined };
  }
}

export const totalOf = ({ tables }: Side): number | undefined =>
  tables && [...tables.values()].reduce((sum, rows) => sum + rows, 0);

/** `us-1 has 120 rows in 3 tables`, as the instance estimates them. */
export function counted(side: Side): string {
  const { name, tables } = side;
  if (!tables) return notCounted(name);
  return `${name} has ${rowsIn(totalOf(side) ?? 0)} in ${tables.size} ${tables.size === 1 ? "table" : "tables"}`;
}

export const notCounted = (name: string): string =>
  `what ${name} has is not counted, as it is not in harper:instances or does not answer`;

export const rowsIn = (count: number): string => `${count} ${count === 1 ? "row" : "rows"}`;
