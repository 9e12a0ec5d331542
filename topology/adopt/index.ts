import type { Live } from "../live/snapshot";
import type { Topology } from "../model";
import { meshesOf } from "../paths";
import { type AdoptedCluster, clusterOf } from "./cluster";
import { graphOf, withoutEchoes } from "./graph";
import { edgesOn, edgesThereAlone, type Pair, pairsIn } from "./halves";
import { nodesOf } from "./nodes";
import { type Adopted, declarationsOf, hasRouteOperations, routesOf, undeclarable } from "./resources";

export type { AdoptedCluster } from "./cluster";
export { importFile } from "./import-file";
export { programText } from "./program";
export type { Adopted } from "./resources";

/** A Cluster where one of the named shapes fits exactly; one whatever it takes, or an error; or none. */
export type Form = "fitting" | "shape" | "flat";

/** What declares a running cluster as it is. */
export interface Adoption {
  /** Where it is one: the resources are then those that it makes, and those beside it. */
  cluster?: AdoptedCluster;
  resources: Adopted[];
  /** What is there on one end only. `pulumi up` would mend it. */
  problems: string[];
  /** What is not declared, and why. */
  notes: string[];
}

/** The resources of what instances say. Throws where a shape is asked for and none fits. */
export function adopt(live: Live, form: Form = "fitting"): Adoption {
  const asked = live.instances.map(({ name }) => name);
  const { pairs, echoes } = withoutEchoes(pairsIn(live), asked);
  const graph = graphOf(pairs, asked);
  const told = echoes.map(
    ({ at, peer }) => `${at.name} knows ${peer} only as its mesh was told of it: it is declared at the others`,
  );
  const notes = [...told, ...unasked(live, graph), ...left(pairs), ...fixedRoutes(live)];
  const found = form === "flat" ? { reason: "" } : clusterOf(live, pairs, graph);
  if ("reason" in found && form === "shape") throw new Error(`no shape fits: ${found.reason}`);
  if (!("reason" in found) && (form === "shape" || found.args.shape.type !== "edges"))
    return { cluster: found, resources: [...found.inside, ...found.beside], problems: [], notes };
  const resources = [
    ...nodesOf(pairs, graph).flatMap((node) => declarationsOf(node, asked)),
    ...live.instances.flatMap(routesOf),
  ];
  const problems = [...resources.flatMap(({ problem }) => problem ?? []), ...strangers(graph, pairs, asked)];
  return { resources, problems: [...new Set(problems)], notes };
}

/** Who is known by what others say of it. */
const unasked = ({ silent, instances }: Live, { members }: Topology): string[] => [
  ...silent.map(({ name, problem }) => `${name} was not asked: ${problem}`),
  ...Object.keys(members)
    .filter((name) => !instances.some((known) => known.name === name))
    .map((name) => `${name} is declared by what its partners store of it, as it was not asked itself`),
];

/** Edges that are stored, and that nothing can declare. */
const left = (pairs: readonly Pair[]): string[] =>
  pairs.flatMap(([half]) =>
    [...edgesOn(half.row), ...edgesThereAlone(half)]
      .filter((edge) => !half.row.full && undeclarable(edge))
      .map(
        ({ database, table }) =>
          `the edge of ${half.at.name} with ${half.peer} for ${database}.${table} cannot be declared, and is left as it is`,
      ),
  );

const fixedRoutes = ({ instances }: Live): string[] =>
  instances
    .filter((at) => at.routes.stored.length > 0 && !hasRouteOperations(at))
    .map(({ name, version }) => `the routes of ${name} are not declared: Harper ${version} has no operations for them`);

/** Members of one mesh of whom neither knows the other. */
const strangers = (graph: Topology, pairs: readonly Pair[], asked: readonly string[]): string[] =>
  meshesOf(graph).flatMap((mesh) => {
    const known = mesh.filter((name) => asked.includes(name));
    return known.flatMap((one, index) =>
      known
        .slice(index + 1)
        .filter(
          (other) => !pairs.some(([{ at, peer }]) => [one, other].every((name) => name === at.name || name === peer)),
        )
        .map((other) => `${one} and ${other} are in one mesh, and do not know each other`),
    );
  });
