import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Edge, WireRoute } from "../../provider/operations-api";
import type { Schedule } from "./engine";
import { carriedOut, type Foreign, isRemade, type Model } from "./graph";
import {
  type DeclaredRoute,
  described,
  endsOf,
  type Join,
  type Member,
  members,
  mirrored,
  nothing,
  type Pair,
  pairs,
  type Topology,
} from "./topology";

const tables = [
  ["shop", "dog"],
  ["shop", "cat"],
  ["shop", "bird"],
  ["zoo", "ape"],
] as const;
const directions = [
  { subscribe: true, publish: true },
  { subscribe: true, publish: false },
  { subscribe: false, publish: true },
];

const edge: fc.Arbitrary<Edge> = fc
  .tuple(fc.constantFrom(...tables), fc.constantFrom(...directions))
  .map(([[database, table], direction]) => ({ database, table, ...direction }));
const edges = fc.uniqueArray(edge, { selector: ({ table }) => table, maxLength: 3 });

const join: fc.Arbitrary<Join> = fc.record({
  way: fc.constantFrom("explicit" as const, "inline" as const, "full" as const),
  atSecond: fc.boolean(),
  edges,
  spelling: fc.constantFrom("hostname" as const, "capitals" as const, "url" as const),
  credentials: fc.constantFrom("authorization" as const, "peer" as const),
  revoked: fc.subarray(["a1", "b2"]),
  renamed: fc.constant(0),
});

const address = fc.constantFrom(
  "wss://127.0.0.98:9933",
  "wss://127.0.0.99:9933",
  "wss://127.0.0.99:9934",
  "wss://[::5]:9933",
);
const route: fc.Arbitrary<DeclaredRoute> = fc.record({
  at: fc.constantFrom(...members),
  address,
  renamed: fc.constant(0),
});
const routes = fc.uniqueArray(route, { selector: ({ at, address: to }) => `${at} ${to}`, maxLength: 4 });

const optional = fc.option(join, { nil: undefined });
const joins = fc.record({ "us-eu": optional, "us-ap": optional, "eu-ap": optional });

/** What a program can declare. */
export const topology: fc.Arbitrary<Topology> = fc
  .record({ joins, routes })
  .map(({ joins: some, routes: list }) =>
    valid({ joins: some as Topology["joins"], routes: list, recalled: nothing.recalled }),
  );

/** One change of a program. */
export type Edit =
  | { edit: "join"; pair: Pair; to: Join | undefined }
  | { edit: "edge"; pair: Pair; edge: Edge; on: boolean }
  | { edit: "way"; pair: Pair; to: Join["way"] }
  | { edit: "route"; route: DeclaredRoute }
  | { edit: "rename"; pair: Pair }
  | { edit: "turn"; pair: Pair }
  | { edit: "rename route"; at: Member }
  | { edit: "call"; member: Member }
  | { edit: "spell"; pair: Pair; to: Join["spelling"] }
  | { edit: "revoke"; pair: Pair; to: string[] };

const pair = fc.constantFrom(...pairs);
const member = fc.constantFrom(...members);
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant("join" as const), pair, to: optional }),
  fc.record({ edit: fc.constant("edge" as const), pair, edge, on: fc.boolean() }),
  fc.record({
    edit: fc.constant("way" as const),
    pair,
    to: fc.constantFrom("explicit" as const, "inline" as const, "full" as const),
  }),
  fc.record({ edit: fc.constant("route" as const), route }),
  fc.record({ edit: fc.constant("rename" as const), pair }),
  fc.record({ edit: fc.constant("turn" as const), pair }),
  fc.record({ edit: fc.constant("rename route" as const), at: member }),
  fc.record({ edit: fc.constant("call" as const), member }),
  fc.record({
    edit: fc.constant("spell" as const),
    pair,
    to: fc.constantFrom("hostname" as const, "capitals" as const, "url" as const),
  }),
  fc.record({ edit: fc.constant("revoke" as const), pair, to: fc.subarray(["a1", "b2"]) }),
);

/** A program after a change. One that changes nothing there, such as a new edge of what is not joined, leaves it. */
export function edited(before: Topology, change: Edit): Topology {
  const at = "pair" in change ? before.joins[change.pair] : undefined;
  const withJoin = (to: Join | undefined) =>
    "pair" in change ? { ...before, joins: { ...before.joins, [change.pair]: to } } : before;
  switch (change.edit) {
    case "join":
      return withJoin(change.to);
    case "edge": {
      if (!at) return before;
      const others = at.edges.filter(({ table }) => table !== change.edge.table);
      return withJoin({ ...at, edges: change.on ? [...others, change.edge] : others });
    }
    case "way":
      return at ? withJoin({ ...at, way: change.to }) : before;
    case "rename":
      return at ? withJoin({ ...at, renamed: at.renamed + 1 }) : before;
    case "turn":
      return at ? withJoin({ ...at, atSecond: !at.atSecond }) : before;
    case "spell":
      return at ? withJoin({ ...at, spelling: change.to }) : before;
    case "revoke":
      return at ? withJoin({ ...at, revoked: change.to }) : before;
    case "call":
      return {
        ...before,
        recalled: { ...before.recalled, [change.member]: before.recalled[change.member] + 1 },
      };
    case "route": {
      const { at: where, address: to } = change.route;
      const others = before.routes.filter((one) => one.at !== where || one.address !== to);
      return {
        ...before,
        routes: others.length < before.routes.length ? others : [...others, change.route],
      };
    }
    case "rename route":
      return {
        ...before,
        routes: before.routes.map((one) => (one.at === change.at ? { ...one, renamed: one.renamed + 1 } : one)),
      };
  }
}

/**
 * What a program may declare: who replicates everything with one does so with all, so no pair of a mesh is declared
 * twice, none of its members is joined otherwise.
 */
export function valid(wanted: Topology): Topology {
  const isFull = isMesh(wanted);
  const kept = pairs.filter((one) => wanted.joins[one] && (!isFull || wanted.joins[one]?.way === "full"));
  if (!isFull) return { ...wanted, joins: Object.fromEntries(kept.map((one) => [one, wanted.joins[one]])) };
  const hub = endsOf(kept[0] as Pair, wanted.joins[kept[0] as Pair] as Join)[0];
  const spokes = kept.filter((one) => one.split("-").includes(hub));
  const joinOf = (one: Pair) => ({ ...(wanted.joins[one] as Join), edges: [], atSecond: one.endsWith(hub) });
  return { ...wanted, joins: Object.fromEntries(spokes.map((one) => [one, joinOf(one)])) };
}

/**
 * A mesh is not mixed with explicit joins, not even while one becomes the other: it would tell its members of them. Whom it
 * has already is declared anew only as it is, and who leaves does not while others are declared otherwise.
 */
function apart(old: Topology, wanted: Topology): Topology {
  const touched = pairs.filter((one) => old.joins[one] || wanted.joins[one]);
  const isEmpty = pairs.every((one) => !old.joins[one]);
  if (touched.length <= 1 || isEmpty) return wanted;
  if (isMesh(old) !== isMesh(wanted)) return { ...wanted, joins: {} };
  const isNew = (one: Pair) => isMesh(old) && wanted.joins[one] && !old.joins[one];
  const revokes = ({ joins: some }: Topology) => pairs.some((one) => some[one]?.revoked.length);
  const isLeft = (one: Member) => membersOf(old).has(one) && !membersOf(wanted).has(one);
  const isAnother = revokes(old) || revokes(wanted) || members.some(isLeft);
  return pairs.some(isNew) && isAnother ? { ...wanted, joins: {} } : wanted;
}

const membersOf = ({ joins }: Topology) =>
  new Set(pairs.filter((one) => joins[one]).flatMap((one) => one.split("-") as Member[]));

const isMesh = ({ joins }: Topology) => pairs.some((one) => joins[one]?.way === "full");

/** What is given another name, or is declared from its other end, is taken over only as it is. */
function takenOver(was: Join, wish: Join): Join {
  if (was.atSecond !== wish.atSecond)
    // Which certificates are revoked is known to the end that was told.
    return was.revoked.length > 0 ? was : { ...was, atSecond: wish.atSecond, edges: was.edges.map(mirrored) };
  return was.renamed === wish.renamed ? wish : { ...was, renamed: wish.renamed };
}

/** The same, as far as it can follow on what is there: an edge that stays and is declared anew is declared as it is. */
export function following(before: Model, wanted: Topology): Topology {
  const { topology: old } = before;
  const result = apart(old, valid(wanted));
  const joinsNow = { ...result.joins };
  for (const one of pairs) {
    const [was, wish] = [old.joins[one], joinsNow[one]];
    if (!was || !wish) continue;
    const now = takenOver(was, wish);
    joinsNow[one] = now;
    if (isRemade(was, now) || now.way !== "explicit") continue;
    const there = was.way === "inline" ? was.edges : (before.left[one] ?? []);
    const known = new Map(there.map((each) => [each.table, each]));
    joinsNow[one] = { ...now, edges: now.edges.map((each) => known.get(each.table) ?? each) };
  }
  return { ...result, joins: joinsNow };
}

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  width: fc.constantFrom(16, 1, 2, 4),
  picks: fc.array(fc.nat({ max: 60 }), { maxLength: 8 }),
});

/** Programs one after another on one stack. */
export interface Script {
  topologies: Topology[];
  [fc.toStringMethod]: () => string;
}

export const scriptOf = (topologies: Topology[]): Script => ({
  topologies,
  [fc.toStringMethod]: () => topologies.map((one) => `\n    up: ${described(one)}`).join(""),
});

interface Restrictions {
  /** Made by hand, and not to be joined by a program; nor is there a mesh, which would tell its members of it. */
  beside?: Foreign;
  /** All is joined from here: no peer gets a certificate from a third one (found.test.ts). */
  hub?: Member;
  /** Every edit can be taken back: none leaves edges to nobody. */
  isReversible?: boolean;
}

/** A first program, and changes of it, some in one `up`. */
export const script = (most: number, { beside, hub, isReversible = false }: Restrictions = {}): fc.Arbitrary<Script> =>
  fc
    .record({
      first: topology,
      steps: fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: most, minLength: 1 }),
    })
    .map(({ first, steps }) => {
      const allowed = (wanted: Topology) => joinedFrom(hub, beside ? besides(wanted, beside) : wanted);
      let model = carriedOut({ topology: nothing, left: {} }, allowed(first));
      const topologies = [model.topology];
      for (const edits of steps) {
        const wanted = following(model, allowed(edits.reduce(edited, model.topology)));
        const next = carriedOut(model, wanted);
        const back = carriedOut(next, following(next, model.topology));
        if (isReversible && !isDeepStrictEqual(back, model)) continue;
        model = next;
        topologies.push(wanted);
      }
      return scriptOf(topologies);
    });

function joinedFrom(hub: Member | undefined, wanted: Topology): Topology {
  if (!hub) return wanted;
  const spokes = pairs.filter((one) => wanted.joins[one] && one.includes(hub));
  const joinOf = (one: Pair) => ({ ...(wanted.joins[one] as Join), atSecond: one.endsWith(hub) });
  return { ...wanted, joins: Object.fromEntries(spokes.map((one) => [one, joinOf(one)])) };
}

function besides(wanted: Topology, { joins: theirs }: Foreign): Topology {
  const free = pairs.filter((one) => wanted.joins[one] && !theirs[one]);
  const explicit = (found: Join): Join => (found.way === "full" ? { ...found, way: "inline" } : found);
  return {
    ...wanted,
    joins: Object.fromEntries(free.map((one) => [one, explicit(wanted.joins[one] as Join)])),
  };
}

const theirRoute = fc.constantFrom<WireRoute>(
  "wss://127.0.0.96:9933",
  { hostname: "127.0.0.97", port: 9933, startTime: 1 },
  { hostname: "127.0.0.96", port: 9933 },
  "junk string",
);
const theirRoutes = fc.uniqueArray(theirRoute, { maxLength: 3 });
const theirEdges = fc.option(edges, { nil: undefined });

/** What operators made by hand. */
export const foreign: fc.Arbitrary<Foreign> = fc.record({
  joins: fc
    .record({ "us-eu": theirEdges, "us-ap": theirEdges, "eu-ap": theirEdges })
    .map((some) => Object.fromEntries(Object.entries(some).filter(([, list]) => list)) as Foreign["joins"]),
  routes: fc.record({ us: theirRoutes, eu: theirRoutes, ap: theirRoutes }),
});
