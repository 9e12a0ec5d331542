import type { Flow } from "../../topology/model";

/** The edges of a pair as the one sees them at which they are declared: a table each, with both of its ways. */
export function edgesOf(flows: Flow[], target: string) {
  const byTable = Map.groupBy(flows, ({ database, table }) => JSON.stringify([database, table]));
  return [...byTable.values()].map((ways) => {
    const [{ database, table }] = ways as [Flow];
    return {
      database,
      table,
      subscribe: ways.some(({ to }) => to === target),
      publish: ways.some(({ from }) => from === target),
    };
  });
}
