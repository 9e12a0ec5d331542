import type { Topology } from "../model";
import { meshesOf } from "../paths";
import type { Rule } from "./rule";

export const partition: Rule = {
  name: "partition",
  level: "warning",
  looksAt: "graph",
  title: "Instances fall into groups that exchange nothing with each other.",
  page: "Each group is a cluster of its own: rows written in one never reach another, and nobody says so. Join the groups, or declare them in programs of their own where that is meant.",
  find({ declared }) {
    const [first, ...others] = groupsOf(Object.keys(declared.members), circlesOf(declared));
    return others.map((group) => ({
      at: group[0] as string,
      text: `${group.join(", ")} exchange nothing with ${first?.join(", ")}`,
      urns: [],
    }));
  },
};

export const cutNode: Rule = {
  name: "cut-node",
  level: "warning",
  looksAt: "graph",
  title: "An instance isolates others when it fails.",
  page: "While it is away, those behind it exchange nothing with the rest. A second hub, or an edge that goes past it, keeps them connected. Where the instance is itself redundant, silence the rule with that reason.",
  find({ declared }) {
    const all = circlesOf(declared);
    const before = groupsOf(Object.keys(declared.members), all).length;
    return Object.keys(declared.members).flatMap((name) => {
      if (!all.some((circle) => circle.includes(name))) return [];
      const others = Object.keys(declared.members).filter((other) => other !== name);
      const groups = groupsOf(others, all);
      if (groups.length <= before) return [];
      const apart = groups.map((group) => group.join(", ")).join(" | ");
      return [{ at: name, text: `without ${name} these are apart: ${apart}`, urns: [] }];
    });
  },
};

/** Sets of members that exchange rows with each other without anybody between: meshes, and pairs. */
const circlesOf = (topology: Topology): (readonly string[])[] => [
  ...meshesOf(topology),
  ...topology.links.filter(({ flows }) => flows.length > 0).map(({ between }) => between),
];

/** The connected parts of a graph, the greatest first. */
function groupsOf(names: string[], circles: (readonly string[])[]): string[][] {
  const above = new Map(names.map((name) => [name, name]));
  const rootOf = (name: string): string => {
    const next = above.get(name) as string;
    if (next === name) return name;
    const root = rootOf(next);
    above.set(name, root);
    return root;
  };
  for (const circle of circles) {
    const [first, ...others] = circle.filter((name) => above.has(name));
    for (const other of others) above.set(rootOf(other), rootOf(first as string));
  }
  const groups = [...Map.groupBy(names, rootOf).values()].map((group) => group.toSorted());
  return groups.sort((one, other) => other.length - one.length);
}
