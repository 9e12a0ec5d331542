import { compare } from "../compare";
import { type Flow, isBetween, type Link, type Topology, tableOf } from "../model";
import { meshesOf } from "../paths";
import { type Shape, topologyOf } from "../shapes";

/** A shape with the regions of members, where it is one of regions. */
export interface Guess {
  shape: Shape;
  regions: Record<string, string>;
}

/** The first shape, from the shortest to write to the longest, that comes to exactly this graph. */
export function shapeOf(graph: Topology): Guess | undefined {
  const guesses = [mesh, tablesMesh, hubAndSpoke, regions, edges].flatMap((guess) => guess(graph) ?? []);
  return guesses.find(({ shape, regions: placed }) => isExact(graph, shape, placed));
}

function isExact(graph: Topology, shape: Shape, placed: Record<string, string>): boolean {
  const members = Object.keys(graph.members).map((name) => [name, placed[name] ? { region: placed[name] } : {}]);
  const { topology, problems } = topologyOf(Object.fromEntries(members), shape);
  if (problems.length > 0) return false;
  const { members: others, meshes, edges: changed } = compare(graph, topology);
  return [others.added, others.removed, meshes, changed].every((differences) => differences.length === 0);
}

const mesh = ({ links }: Topology): Guess | undefined =>
  links.every(({ full }) => full) ? { shape: { type: "mesh" }, regions: {} } : undefined;

/** A pair is no mesh. */
function tablesMesh({ members, links: [link] }: Topology): Guess | undefined {
  if (!link || link.full || Object.keys(members).length < 3) return undefined;
  return { shape: { type: "mesh", tables: tablesOf(link).map(plain) }, regions: {} };
}

/** The hubs are those that are linked with everyone. */
function hubAndSpoke({ members, links }: Topology): Guess | undefined {
  const names = Object.keys(members);
  const isHub = (name: string) => links.filter(({ between }) => between.includes(name)).length === names.length - 1;
  const hubs = names.filter(isHub);
  const [hub = ""] = hubs;
  const spoke = names.find((name) => !isHub(name));
  const link = links.find((one) => spoke !== undefined && isBetween(one, hub, spoke));
  if (!link || link.full) return undefined;
  const tables = tablesOf(link).map(({ from, ...table }) => ({
    ...table,
    ...(from && { direction: from === hub ? ("fromHub" as const) : ("toHub" as const) }),
  }));
  return { shape: { type: "hubAndSpoke", hub: hubs.length === 1 ? hub : hubs, tables }, regions: {} };
}

/** Each mesh is a region, and so is each member that is in none. */
function regions(graph: Topology): Guess | undefined {
  const meshes = meshesOf(graph);
  if (meshes.length === 0) return undefined;
  const alone = Object.keys(graph.members).filter((name) => !meshes.some((names) => names.includes(name)));
  const named = [...meshes, ...alone.map((name) => [name])].map(
    (names, index) => [`region-${index + 1}`, names] as const,
  );
  const placed = Object.fromEntries(named.flatMap(([region, names]) => names.map((name) => [name, region])));
  const links = named.flatMap(([one, ones], index) =>
    named.slice(index + 1).flatMap(([other, others]) => {
      const [a = "", b = ""] = [ones[0], others[0]];
      const link = graph.links.find((known) => isBetween(known, a, b));
      if (!link) return [];
      const tables = tablesOf(link).map(({ from, ...table }) => ({
        ...table,
        ...(from && { from: placed[from] as string }),
      }));
      return [{ between: [one, other] as [string, string], tables }];
    }),
  );
  return { shape: { type: "regions", links }, regions: placed };
}

const edges = ({ links }: Topology): Guess => ({
  shape: {
    type: "edges",
    edges: links.map((link) => {
      const between: [string, string] = [...link.between];
      return link.full ? { between, everything: true } : { between, tables: tablesOf(link) };
    }),
  },
  regions: {},
});

/** What goes between two: `from` where it goes one way. */
function tablesOf({ flows }: Link): { database: string; table: string; from?: string }[] {
  return [...Map.groupBy(flows, tableOf).values()].map((ways) => {
    const [{ database, table, from }] = ways as [Flow];
    return { database, table, ...(ways.length === 1 && { from }) };
  });
}

const plain = ({ database, table }: { database: string; table: string }) => ({ database, table });
