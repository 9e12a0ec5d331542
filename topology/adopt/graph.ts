import type { Flow, Topology } from "../model";
import { meshesOf } from "../paths";
import { edgesOn, type Half, type Pair, problemOf } from "./halves";

/** The graph that pairs of members come to, by the ends at which they are declared; instances in the order in which they were asked, then those that were not. */
export function graphOf(pairs: readonly Pair[], asked: readonly string[]): Topology {
  const linked = new Set(pairs.flatMap(([{ at, peer }]) => [at.name, peer]));
  const names = [...asked.filter((name) => linked.has(name)), ...[...linked].filter((name) => !asked.includes(name))];
  return {
    members: Object.fromEntries(names.map((name) => [name, {}])),
    links: pairs.map(([half]) => {
      const full = half.row.full && problemOf(half) === undefined;
      return { between: [half.at.name, half.peer], full, flows: half.row.full ? [] : flowsOf(half) };
    }),
  };
}

const flowsOf = ({ at, row, peer }: Half): Flow[] =>
  edgesOn(row).flatMap(({ database, table, subscribe, publish }) => [
    ...(publish ? [{ database, table, from: at.name, to: peer }] : []),
    ...(subscribe ? [{ database, table, from: peer, to: at.name }] : []),
  ]);

/**
 * Pairs without those that a mesh merely told a member of: a record of a node outside that knows only another one of the
 * mesh. It is nobody's to declare.
 */
export function withoutEchoes(pairs: readonly Pair[], asked: readonly string[]): { pairs: Pair[]; echoes: Half[] } {
  const meshes = meshesOf(graphOf(pairs, asked));
  const isEcho = ([{ at, row, peer, there, back }]: Pair) =>
    !row.full &&
    there !== undefined &&
    back === undefined &&
    meshes.some(
      (mesh) =>
        mesh.includes(at.name) &&
        pairs.some(
          (other) =>
            other.length === 2 &&
            isBetween(other, peer) &&
            other.some((half) => mesh.includes(half.at.name) && half.at !== at),
        ),
    );
  return { pairs: pairs.filter((pair) => !isEcho(pair)), echoes: pairs.filter(isEcho).map(([half]) => half) };
}

const isBetween = ([{ at, peer }]: Pair, name: string) => at.name === name || peer === name;
