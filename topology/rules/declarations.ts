import { meshesOf } from "../paths";
import type { Declared } from "../program/declared";
import { gossipProblems } from "../shapes/gossip";
import type { Rule } from "./rule";

export const declaredTwice: Rule = {
  name: "declared-twice",
  level: "error",
  looksAt: "graph",
  title: "An edge or a node is declared more than once, from one end or from both.",
  page: "Both ends keep one record each of the same thing, so one declaration is enough; of two, each undoes the other where they differ, and to delete one deletes both. Declare each pair, and each table of it, from one end.",
  find: ({ declared }) => [
    ...twice(declared.nodes, ({ target, peer }) => pair(target, peer)),
    ...twice(declared.edges, ({ target, peer, database, table }) => `${pair(target, peer)} ${database}.${table}`),
  ],
};

function twice<T extends Declared["nodes"][number] | Declared["edges"][number]>(all: T[], keyOf: (one: T) => string) {
  return [...Map.groupBy(all, keyOf)]
    .filter(([, same]) => same.length > 1)
    .map(([at, same]) => ({
      at,
      text: `${at} is declared by ${same.map(({ resource, target }) => `"${resource.name}" at ${target}`).join(" and ")}`,
      urns: same.map(({ resource }) => resource.urn),
    }));
}

export const fullWithSubscriptions: Rule = {
  name: "full-with-subscriptions",
  level: "error",
  looksAt: "graph",
  title: "A node that replicates everything has subscriptions, too.",
  page: "Harper stores them and ignores them: everything goes both ways all the same. Leave them out, or make the node explicit with `replicateByDefault: false`.",
  find({ declared }) {
    const meshes = meshesOf(declared);
    return declared.edges
      .filter(({ target, peer }) => meshes.some((mesh) => mesh.includes(target) && mesh.includes(peer)))
      .map(({ resource, target, peer, database, table }) => ({
        at: `${pair(target, peer)} ${database}.${table}`,
        text: `"${resource.name}" declares ${database}.${table} between ${target} and ${peer}, which replicate everything`,
        urns: [resource.urn],
      }));
  },
};

export const meshNeighbours: Rule = {
  name: "mesh-neighbours",
  level: "error",
  looksAt: "graph",
  title: "Members of a mesh have different edges to an instance outside.",
  page: "A mesh shares its table of nodes: what one member is told of a node outside, all are, and they dial it in vain, or with other tables than are declared. Declare the same edges from every member, as the shape `regions` does.",
  find: ({ declared }) =>
    gossipProblems(declared)
      .filter(({ kind }) => kind === "unequal")
      .map(({ at, text }) => ({ at, text, urns: [] })),
};

const pair = (one: string, other: string) => [one, other].sort().join("/");
