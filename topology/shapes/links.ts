import type { Flow, Link, Pair } from "../model";
import type { Placed, Shape, ShapeOf } from "./schema";

type Members = Record<string, Placed>;
type Fail = (path: string, reason: string) => void;
type Table = Pick<Flow, "database" | "table">;

/** The links that a shape comes to, in the order of the instances. */
export function linksOf(members: Members, shape: Shape, fail: Fail): Link[] {
  switch (shape.type) {
    case "mesh":
      return mesh(Object.keys(members), shape.tables);
    case "hubAndSpoke":
      return hubAndSpoke(members, shape, fail);
    case "regions":
      return regions(members, shape, fail);
    case "edges":
      return edges(members, shape, fail);
  }
}

const mesh = (names: string[], tables?: Table[]): Link[] =>
  pairsOf(names).map((between) => (tables ? linked(between, tables) : { between, full: true, flows: [] }));

function hubAndSpoke(members: Members, { hub, tables }: ShapeOf<"hubAndSpoke">, fail: Fail): Link[] {
  const hubs = [hub].flat();
  for (const name of hubs) requireKnown(name, members, "shape.hub", "instances", fail);
  const spokes = Object.keys(members).filter((name) => !hubs.includes(name));
  const toSpokes = hubs.flatMap((from) =>
    spokes.map((spoke) =>
      linked(
        [from, spoke],
        tables.map(({ direction = "both", ...table }) => ({
          ...table,
          from: { both: undefined, toHub: spoke, fromHub: from }[direction],
        })),
      ),
    ),
  );
  const both = tables.map(({ database, table }) => ({ database, table }));
  return [...pairsOf(hubs).map((between) => linked(between, both)), ...toSpokes];
}

function regions(members: Members, { links }: ShapeOf<"regions">, fail: Fail): Link[] {
  const byRegion = new Map<string, string[]>();
  for (const [name, { region }] of Object.entries(members)) {
    if (region === undefined) fail(`instances["${name}"].region`, "is missing: the shape is one of regions");
    else byRegion.set(region, [...(byRegion.get(region) ?? []), name]);
  }
  const between = links.flatMap(({ between: [one, other], tables }, index) => {
    const path = `shape.links[${index}]`;
    const known = [one, other].map((region) =>
      requireKnown(region, Object.fromEntries(byRegion), `${path}.between`, "the regions of instances", fail),
    );
    if (!known.every(Boolean)) return [];
    const wrong = tables.findIndex(({ from }) => from !== undefined && from !== one && from !== other);
    if (wrong >= 0) fail(`${path}.tables[${wrong}].from`, `must be "${one}" or "${other}"`);
    return (
      byRegion.get(one)?.flatMap((a) =>
        (byRegion.get(other) ?? []).map((b) =>
          linked(
            [a, b],
            tables.map(({ from, ...table }) => ({ ...table, from: from && (from === one ? a : b) })),
          ),
        ),
      ) ?? []
    );
  });
  return [...[...byRegion.values()].flatMap((names) => mesh(names)), ...between];
}

function edges(members: Members, shape: ShapeOf<"edges">, fail: Fail): Link[] {
  return shape.edges.flatMap((edge, index): Link[] => {
    const path = `shape.edges[${index}]`;
    const known = edge.between.map((name) => requireKnown(name, members, `${path}.between`, "instances", fail));
    if (!known.every(Boolean)) return [];
    if ("everything" in edge) return [{ between: edge.between, full: true, flows: [] }];
    const wrong = edge.tables.findIndex(({ from }) => from !== undefined && !edge.between.includes(from));
    if (wrong >= 0) fail(`${path}.tables[${wrong}].from`, `must be "${edge.between.join('" or "')}"`);
    return [linked(edge.between, edge.tables)];
  });
}

const linked = (between: Pair, tables: (Table & { from?: string | undefined })[]): Link => ({
  between,
  full: false,
  flows: tables.flatMap(({ database, table, from }) =>
    between
      .filter((name) => from === undefined || from === name)
      .map((name) => ({ database, table, from: name, to: name === between[0] ? between[1] : between[0] })),
  ),
});

const pairsOf = (names: string[]): Pair[] =>
  names.flatMap((one, index) => names.slice(index + 1).map((other): Pair => [one, other]));

function requireKnown(name: string, known: object, path: string, where: string, fail: Fail): boolean {
  if (name in known) return true;
  fail(path, `"${name}" is not in ${where} (${Object.keys(known).join(", ")})`);
  return false;
}
