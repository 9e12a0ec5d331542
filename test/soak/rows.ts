import { setTimeout } from "node:timers/promises";
import type { World } from "../lifecycle/world";
import type { Way } from "./steps";

const withinMs = 10_000;
const everyMs = 50;

let written = 0;

/** Writes a row at one end of each way; answers those on which it did not come, and how long the slowest took. */
export async function lostOn(world: World, ways: readonly Way[]): Promise<{ lost: Way[]; slowestMs: number }> {
  const took = await Promise.all(ways.map((way) => arrival(world, way)));
  return {
    lost: ways.filter((_, index) => took[index] === undefined),
    slowestMs: Math.max(0, ...took.filter((ms) => ms !== undefined)),
  };
}

async function arrival(world: World, { from, to, database, table }: Way): Promise<number | undefined> {
  const id = `soak-${process.pid}-${written++}`;
  await world.ask(from, { operation: "insert", database, table, records: [{ id }] });
  const start = performance.now();
  const read = { operation: "search_by_id", database, table, ids: [id], get_attributes: ["id"] };
  while (performance.now() - start < withinMs) {
    const rows = await world.ask(to, read);
    if (Array.isArray(rows) && rows.length > 0) return Math.round(performance.now() - start);
    await setTimeout(everyMs);
  }
  return undefined;
}
