import { type Flow, type Topology, tableOf } from "../model";
import { meshesOf } from "../paths";

/** A row for each pair of a topology and what goes between the two: FROM, WAY, TO, WHAT. A mesh is one row. */
export function rowsOf(topology: Topology): string[][] {
  const meshes = meshesOf(topology).map((mesh) => [mesh.join(", "), "<->", "each other", "everything"]);
  const pairs = topology.links
    .filter(({ full }) => !full)
    .flatMap(({ between: [one, other], flows }) =>
      flows.length === 0 ? [[one, "-", other, "nothing"]] : linesOf(one, other, flows),
    );
  return [...meshes, ...pairs];
}

function linesOf(one: string, other: string, flows: Flow[]): string[][] {
  const tables = [...new Set(flows.map(tableOf))].sort();
  return tables.map((table) => {
    const ways = flows.filter((flow) => tableOf(flow) === table);
    const isOut = ways.some(({ from }) => from === one);
    const isBack = ways.some(({ from }) => from === other);
    return [one, isOut && isBack ? "<->" : isOut ? "->" : "<-", other, table];
  });
}
