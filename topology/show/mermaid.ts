import { type Flow, type Topology, tableOf } from "../model";
import { meshesOf } from "../paths";

/** How what changed is drawn. */
export type Mark = "added" | "removed";

export interface Marks {
  members?: ReadonlyMap<string, Mark>;
  /** By `linkKey`. */
  links?: ReadonlyMap<string, Mark>;
}

/** Which line of the picture a mark is on: `us-1/eu-1`, or `us-1/eu-1 shop.orders ->`. */
export const linkKey = (one: string, other: string, what = ""): string =>
  `${[one, other].sort().join("/")}${what && ` ${what}`}`;

const styles: Record<Mark, string> = {
  added: "stroke:#2da44e,stroke-width:3px",
  removed: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
};

/** A topology as a Mermaid flowchart. A mesh is a box: everyone in it exchanges everything with everyone in it. */
export function mermaid(topology: Topology, { members: memberMarks, links: linkMarks }: Marks = {}): string {
  const names = Object.keys(topology.members).sort();
  const idOf = new Map(names.map((name, index) => [name, `n${index}`]));
  const meshes = meshesOf(topology);
  const inMesh = new Set(meshes.flat());
  const node = (name: string) => `${idOf.get(name)}["${escaped(name)}"]`;
  const lines = ["flowchart LR"];
  for (const [index, mesh] of meshes.entries()) {
    lines.push(`  subgraph m${index}["everything"]`);
    for (const name of mesh.toSorted()) lines.push(`    ${node(name)}`);
    lines.push("  end");
  }
  for (const name of names) if (!inMesh.has(name)) lines.push(`  ${node(name)}`);

  const arrows = arrowsOf(topology);
  for (const { one, other, way, label } of arrows)
    lines.push(`  ${idOf.get(one)} ${way}|"${escaped(label)}"| ${idOf.get(other)}`);
  for (const [index, { key }] of arrows.entries()) {
    const mark = linkMarks?.get(key);
    if (mark) lines.push(`  linkStyle ${index} ${styles[mark]}`);
  }
  for (const [name, mark] of [...(memberMarks ?? [])].sort())
    if (idOf.has(name)) lines.push(`  style ${idOf.get(name)} ${styles[mark]}`);
  return lines.join("\n");
}

interface Arrow {
  one: string;
  other: string;
  way: "-->" | "<-->";
  label: string;
  key: string;
}

/** One arrow a pair and way, with all tables that go along it. */
function arrowsOf({ links }: Topology): Arrow[] {
  return links
    .filter(({ full }) => !full)
    .flatMap(({ between: [one, other], flows }) => {
      const of = (way: (flow: Flow) => boolean) => new Set(flows.filter(way).map(tableOf));
      const [out, back] = [of(({ from }) => from === one), of(({ from }) => from === other)];
      const arrow = (from: string, to: string, way: Arrow["way"], tables: Set<string>): Arrow[] =>
        tables.size === 0
          ? []
          : [{ one: from, other: to, way, label: [...tables].sort().join("<br>"), key: linkKey(from, to) }];
      return [
        ...arrow(one, other, "<-->", out.intersection(back)),
        ...arrow(one, other, "-->", out.difference(back)),
        ...arrow(other, one, "-->", back.difference(out)),
      ];
    });
}

const escaped = (text: string) => text.replaceAll('"', "#quot;").replace(/<(?!br>)/g, "#lt;");
