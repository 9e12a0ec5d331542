import type { Topology } from "../model";
import { meshesOf } from "../paths";
import { arrowsOf } from "./arrows";

/** How what changes is drawn. */
export type Mark = "added" | "removed";

export interface Marks {
  members?: ReadonlyMap<string, Mark>;
  /** By `linkKey`. */
  links?: ReadonlyMap<string, Mark>;
}

const styles: Record<Mark, string> = {
  added: "stroke:#1a7f37,stroke-width:3px",
  removed: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
};

/** A topology as a Mermaid flowchart. A mesh is a box: everyone in it exchanges everything with everyone in it. */
export function mermaid(topology: Topology, { members, links }: Marks = {}): string {
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

  const arrows = arrowsOf(topology, (key) => links?.has(key) ?? false);
  for (const { one, other, way, label } of arrows)
    lines.push(`  ${idOf.get(one)} ${way}|"${escaped(label)}"| ${idOf.get(other)}`);
  for (const [index, { key }] of arrows.entries()) {
    const mark = links?.get(key);
    if (mark) lines.push(`  linkStyle ${index} ${styles[mark]}`);
  }
  for (const [name, mark] of [...(members ?? [])].sort())
    if (idOf.has(name)) lines.push(`  style ${idOf.get(name)} ${styles[mark]}`);
  return lines.join("\n");
}

const escaped = (text: string) => text.replaceAll('"', "#quot;").replaceAll("<", "#lt;");
