import { compare, type Difference } from "../compare";
import { topologyHash } from "../live/hash";
import type { Live } from "../live/snapshot";
import type { Topology } from "../model";
import { declaredBy } from "../program/declared";
import type { Plan } from "../program/plan";
import type { Finding } from "../rules";
import { type Arrival, arrivalsOf } from "./arrivals";
import { headlineOf } from "./headline";
import { type ChangeLine, linesOf } from "./lines";
import { type PathLine, pathLines } from "./paths";
import { restartsOf } from "./restarts";

/** What a plan does to a cluster, for people who are to approve it. The same plan comes to the same review. */
export interface Review {
  headline: string;
  /** Node by node, edge by edge, route by route. */
  changes: ChangeLine[];
  /** Who gets whose rows no more, and who does now. */
  paths: PathLine[];
  /** What happens to rows that are there already. */
  arrivals: Arrival[];
  /** What waits for a restart, or interrupts. */
  restarts: string[];
  /** Of a rollback: what stays otherwise although the topology is as before. */
  lasting?: string[];
  /** Of a rollback: how the program is to change, as lines of a diff, and its configuration, as commands. */
  program?: { source: string[]; configuration: string[] };
  /** What the provider said in the preview. */
  said: string[];
  /** What the checks find afterwards, and did not before. */
  findings: Finding[];
  before: Topology;
  after: Topology;
  /** Of the live cluster that was looked at; undefined where it was not, or not all of it. */
  hash?: string;
}

export interface Reviewed {
  plan: Plan;
  live?: Live | undefined;
  findings: { before: Finding[]; after: Finding[] };
}

export function reviewOf({ plan, live, findings }: Reviewed): Review {
  const names = Object.fromEntries((live?.instances ?? []).map(({ name, reports }) => [name, reports]));
  const [before, after] = [
    usedOnly(declaredBy(plan.before, names, plan.after)),
    usedOnly(declaredBy(plan.after, names, plan.before)),
  ];
  const difference: Difference = compare(before, after);
  const changes = linesOf(difference, plan);
  const hash = live && topologyHash(live);
  return {
    headline: headlineOf(difference, changes),
    changes,
    paths: pathLines(difference),
    arrivals: arrivalsOf(difference, live),
    restarts: restartsOf(plan),
    said: [...hiddenIn(plan), ...plan.said],
    findings: newOnly(findings),
    before,
    after,
    ...(hash ? { hash } : {}),
  };
}

/** What the engine does not show at all. */
const hiddenIn = ({ after }: Plan): string[] =>
  after
    .filter(({ type, inputs }) => type === "ClusterConfiguration" && !Array.isArray(inputs.connections))
    .map(
      ({ name }) =>
        `What ClusterConfiguration "${name}" connects is not in this review: as one of its connections has credentials, the engine hides all. Name the peer of harper:instances in place of them.`,
    );

/** Members that a link or a route of the program is about: an instance that is only configured is not part of it. */
function usedOnly({ members, links }: Topology): Topology {
  const used = new Set(links.flatMap(({ between }) => between));
  return { members: Object.fromEntries(Object.entries(members).filter(([name]) => used.has(name))), links };
}

function newOnly({ before, after }: Reviewed["findings"]): Finding[] {
  const known = new Set(before.map(({ rule, at }) => `${rule} ${at}`));
  return after.filter(({ rule, at }) => !known.has(`${rule} ${at}`));
}
