import { isOn } from "../../provider/operations-api";
import type { Flow, Link, Topology } from "../model";
import type { Live, LiveInstance, LivePeer } from "./snapshot";

/**
 * The graph that instances store. Where both ends of a link can be asked, what goes between them is what both say: rows
 * go when the one sends and the other receives.
 */
export function liveTopology({ instances, silent }: Live): Topology {
  const nameOf = namesIn(instances);
  const members: Topology["members"] = {};
  for (const { name, reports } of instances) members[name] = { reports };
  for (const { name } of silent) members[name] ??= {};
  const links = new Map<string, Link>();
  for (const instance of instances)
    for (const row of instance.peers) {
      const peer = nameOf(row.name);
      members[peer] ??= { reports: row.name };
      if (row.shard !== null) members[peer].shard = row.shard;
      const between = [instance.name, peer].sort() as [string, string];
      const key = between.join("/");
      const other = halfOf(instances, peer, instance.reports);
      if (!links.has(key)) links.set(key, linkOf(between, instance.name, peer, row, other));
    }
  return { members: sorted(members), links: [...links.entries()].sort(byKey).map(([, link]) => link) };
}

/** What instances are called in `harper:instances`, by what they report. */
export function namesIn(instances: readonly Pick<LiveInstance, "name" | "reports">[]): (reported: string) => string {
  const known = new Map(instances.map(({ name, reports }) => [reports.toLowerCase(), name]));
  return (reported) => known.get(reported.toLowerCase()) ?? reported;
}

/** What the other end stores of this one: `unseen` where it cannot be asked. */
function halfOf(instances: readonly LiveInstance[], peer: string, reports: string): LivePeer | undefined | "unseen" {
  const other = instances.find(({ name }) => name === peer);
  return other ? other.peers.find(({ name }) => name === reports) : "unseen";
}

function linkOf(
  between: Link["between"],
  own: string,
  peer: string,
  row: LivePeer,
  other: ReturnType<typeof halfOf>,
): Link {
  if (other === undefined) return { between, full: false, flows: [] };
  const full = row.full && (other === "unseen" || other.full);
  if (full) return { between, full, flows: [] };
  const said = flowsOf(own, peer, row);
  const confirmed = other === "unseen" ? said : both(said, flowsOf(peer, own, other));
  return { between, full, flows: confirmed };
}

const flowsOf = (own: string, peer: string, { subscriptions }: LivePeer): Flow[] =>
  subscriptions
    .filter(isOn)
    .flatMap(({ database, table, subscribe, publish }) => [
      ...(publish ? [{ database, table, from: own, to: peer }] : []),
      ...(subscribe ? [{ database, table, from: peer, to: own }] : []),
    ]);

const both = (one: Flow[], other: Flow[]): Flow[] => {
  const said = new Set(other.map((flow) => flowText(flow)));
  return one.filter((flow) => said.has(flowText(flow)));
};

const flowText = ({ database, table, from, to }: Flow) => JSON.stringify([database, table, from, to]);

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(byKey));
const byKey = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);
