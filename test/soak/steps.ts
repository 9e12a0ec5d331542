import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Edge } from "../../provider/operations-api";
import { type Edit, edit, edited, following } from "../model/generators";
import type { Foreign, Model } from "../model/graph";
import { type Member, members, pairs, type Topology } from "../model/topology";

/** A mesh is not mixed with explicit joins in one life of the processes: Harper leaves a peer deaf at times that had both. */
export type Kind = "explicit" | "full";

/** What is done to instances past the provider, before an `up` that is to mend it. */
export type Drift = "edge off" | "node gone here" | "node gone there" | "node gone" | "route gone" | "edge added";

/** One edit of the program and the commands around it. */
export interface Step {
  edits: Edit[];
  /** So many of the edits are made, leaving out those that change nothing in the program as it is. */
  changes: number;
  drift: Drift | undefined;
  /** Picks what drifts. */
  pick: number;
  previewFirst: boolean;
  parallel: number | undefined;
  /** Interrupted when it has said this many times that it is at work. */
  interruptAt: number | undefined;
  refreshAfter: boolean;
  previewAfter: boolean;
  rows: boolean;
  /** So many commands that change nothing, afterwards and without Pulumi. */
  sessions: number | undefined;
}

const sometimes = (oneIn: number) => fc.nat({ max: oneIn - 1 }).map((drawn) => drawn === 0);
const seldom = <T>(oneIn: number, value: fc.Arbitrary<T>) =>
  fc.tuple(sometimes(oneIn), value).map(([isIt, drawn]) => (isIt ? drawn : undefined));

const drift = fc.constantFrom<Drift[]>(
  "edge off",
  "edge off",
  "node gone here",
  "node gone there",
  "node gone",
  "route gone",
  "edge added",
);

const step: fc.Arbitrary<Step> = fc.record({
  // Another name in harper:instances is a change of the configuration, which stays.
  edits: fc.array(
    edit.filter((one) => one.edit !== "call"),
    { minLength: 30, maxLength: 30 },
  ),
  changes: fc.integer({ min: 1, max: 3 }),
  drift: seldom(5, drift),
  pick: fc.nat(),
  previewFirst: sometimes(6),
  parallel: seldom(4, fc.constant(512)),
  interruptAt: seldom(8, fc.integer({ min: 1, max: 4 })),
  refreshAfter: sometimes(10),
  previewAfter: sometimes(5),
  rows: sometimes(2),
  sessions: seldom(3, fc.integer({ min: 2, max: 10 })),
});

/** The same steps for the same seed, however many. */
export const stepsOf = (seed: number, count: number): Step[] => fc.sample(step, { seed, numRuns: count });

/** Other people's routes, which stay whatever is declared. */
export const foreignOf = (seed: number): Foreign => {
  const route = fc.constantFrom("wss://127.0.0.96:9933", "wss://127.0.0.97:9934");
  const each = fc.uniqueArray(route, { maxLength: 2 });
  const [routes] = fc.sample(fc.record({ us: each, eu: each, ap: each }), { seed, numRuns: 1 });
  return { joins: {}, routes: routes ?? { us: [], eu: [], ap: [] } };
};

/** The next program, as Harper can hold it after what is there, and what kinds of edits came to it. */
export function nextTopology(model: Model, { edits, changes }: Pick<Step, "edits" | "changes">, kind: Kind) {
  const made: Edit["edit"][] = [];
  let { topology } = model;
  for (const one of edits) {
    if (made.length === changes) break;
    const next = following(model, allowed(edited(topology, one), kind));
    if (isDeepStrictEqual(next, topology)) continue;
    made.push(one.edit);
    topology = next;
  }
  return { topology, made };
}

/** All is joined from us: no peer gets a certificate from a third one (test/model/found.test.ts). */
function allowed(wanted: Topology, kind: Kind): Topology {
  const spokes = pairs.filter((pair) => wanted.joins[pair] && pair.startsWith("us"));
  const joinOf = (pair: (typeof pairs)[number]) => {
    const join = { ...(wanted.joins[pair] as NonNullable<Topology["joins"]["us-eu"]>), atSecond: false };
    if (kind === "full") return { ...join, way: "full" as const, edges: [] };
    return join.way === "full" ? { ...join, way: "inline" as const } : join;
  };
  return { ...wanted, joins: Object.fromEntries(spokes.map((pair) => [pair, joinOf(pair)])) };
}

/** A way on which rows are to come. */
export interface Way extends Pick<Edge, "database" | "table"> {
  from: Member;
  to: Member;
}

/** On which ways rows are to come, for a program whose edges are all active. */
export function waysOf(topology: Topology): Way[] {
  const joins = pairs.flatMap((pair) => {
    const join = topology.joins[pair];
    return join ? [{ join, ends: pair.split("-") as [Member, Member] }] : [];
  });
  if (joins.some(({ join }) => join.way === "full")) {
    const mesh = members.filter((member) => joins.some(({ ends }) => ends.includes(member)));
    return mesh.flatMap((from) =>
      mesh.filter((to) => to !== from).map((to) => ({ from, to, database: "shop", table: "dog" })),
    );
  }
  return joins.flatMap(({ join, ends: [own, other] }) =>
    join.edges.flatMap(({ database, table, subscribe, publish }) => [
      ...(subscribe ? [{ from: other, to: own, database, table }] : []),
      ...(publish ? [{ from: own, to: other, database, table }] : []),
    ]),
  );
}
