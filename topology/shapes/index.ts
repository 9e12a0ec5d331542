import { pathOf } from "../../provider/paths";
import type { Flow, Link, Topology } from "../model";
import { gossipProblems } from "./gossip";
import { linksOf } from "./links";
import { impossible, type Placed, type Shape, shapeSchema } from "./schema";

export type { Shape } from "./schema";

/** The graph of a shape, or what is wrong with it, each with the path of what is wrong. */
export function topologyOf(members: Record<string, Placed>, shape: Shape): { topology: Topology; problems: string[] } {
  const parsed = shapeSchema.safeParse(shape);
  if (!parsed.success) {
    const reason = impossible[String(Object(shape).type)];
    const problems = reason
      ? [`shape.type "${String(Object(shape).type)}" is no shape that Harper holds: ${reason}`]
      : parsed.error.issues.map(({ path, message }) => `${pathOf(["shape", ...path])} ${message}`);
    return { topology: { members, links: [] }, problems };
  }
  const problems: string[] = [];
  const fail = (path: string, reason: string) => void problems.push(`${path} ${reason}`);
  for (const name of Object.keys(members))
    if (name.includes("/")) fail(`instances["${name}"]`, "must have no / in its name");
  const links = merged(linksOf(members, parsed.data, fail));
  const topology = { members, links };
  if (problems.length === 0) problems.push(...gossipProblems(topology).map(({ text }) => `shape: ${text}`));
  return { topology, problems };
}

/** One link a pair, whatever number of times it is named. */
function merged(links: Link[]): Link[] {
  const byPair = new Map<string, Link>();
  for (const link of links) {
    const key = [...link.between].sort().join("/");
    const known = byPair.get(key) ?? { ...link, flows: [] };
    known.full ||= link.full;
    known.flows = [...new Map([...known.flows, ...link.flows].map((flow) => [flowKey(flow), flow])).values()];
    byPair.set(key, known);
  }
  return [...byPair.values()];
}

const flowKey = ({ database, table, from, to }: Flow) => [database, table, from, to].join("/");
