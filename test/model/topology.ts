import { type Edge, edgeKey } from "../../provider/operations-api";

export const members = ["us", "eu", "ap"] as const;
export type Member = (typeof members)[number];
export const pairs = ["us-eu", "us-ap", "eu-ap"] as const;
export type Pair = (typeof pairs)[number];

/** How two instances are joined, as a program declares it from one of them. */
export interface Join {
  way: "full" | "inline" | "explicit";
  /** Declared at the second member of the pair instead of the first. */
  atSecond: boolean;
  /** As its own end sees them. Nothing where it is full. */
  edges: Edge[];
  spelling: "hostname" | "capitals" | "url";
  /** Where the peer's credentials come from. */
  credentials: "authorization" | "peer";
  revoked: string[];
  /** How often its resources were given other names. */
  renamed: number;
}

export interface DeclaredRoute {
  at: Member;
  address: string;
  renamed: number;
}

/** What a program declares on three instances. */
export interface Topology {
  joins: Partial<Record<Pair, Join>>;
  routes: DeclaredRoute[];
  /** How often an instance was given another name in harper:instances. */
  recalled: Record<Member, number>;
}

export const nothing: Topology = { joins: {}, routes: [], recalled: { us: 0, eu: 0, ap: 0 } };

/** `us`, or `us-2` after it was renamed. */
export const calledIn = ({ recalled }: Topology, member: Member): string =>
  recalled[member] === 0 ? member : `${member}-${recalled[member]}`;

/** The end at which a pair is declared, and the other one. */
export function endsOf(pair: Pair, { atSecond }: Pick<Join, "atSecond">): [Member, Member] {
  const [first, second] = pair.split("-") as [Member, Member];
  return atSecond ? [second, first] : [first, second];
}

/** An edge as the other end has it. */
export const mirrored = (edge: Edge): Edge => ({ ...edge, subscribe: edge.publish, publish: edge.subscribe });

const arrow = ({ subscribe, publish }: Edge) => (subscribe && publish ? "<->" : subscribe ? "<-" : "->");
export const edgeText = (edge: Edge): string => `${edgeKey(edge)} ${arrow(edge)}`;

/** A topology as a person would write it down. */
export function described(topology: Topology): string {
  const joins = pairs.flatMap((pair) => {
    const join = topology.joins[pair];
    if (!join) return [];
    const { way, edges, spelling, credentials, revoked, renamed } = join;
    const details = [
      ...(way === "full" ? [] : edges.map(edgeText)),
      ...(spelling === "hostname" ? [] : [`by ${spelling}`]),
      ...(credentials === "peer" ? ["by peer"] : []),
      ...(revoked.length > 0 ? [`revoked ${revoked.join()}`] : []),
      ...(renamed > 0 ? [`renamed ${renamed}`] : []),
    ];
    const [own, other] = endsOf(pair, join);
    return [`${own} joins ${other} ${way}${details.length > 0 ? ` (${details.join(", ")})` : ""}`];
  });
  const routes = topology.routes.map(
    ({ at, address, renamed }) => `route ${at} ${address}${renamed > 0 ? ` (renamed ${renamed})` : ""}`,
  );
  const names = members
    .filter((member) => topology.recalled[member] > 0)
    .map((member) => `${member} is ${calledIn(topology, member)}`);
  return [...joins, ...routes, ...names].join("; ") || "nothing";
}
