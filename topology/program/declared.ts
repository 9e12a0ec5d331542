import type { Flow, Link, Topology } from "../model";
import { Names } from "./names";
import { type ProgramResource, textIn } from "./resource";

/** The graph that a program declares, with the resources that declare each part of it. */
export interface Declared extends Topology {
  nodes: DeclaredNode[];
  edges: DeclaredEdge[];
}

export interface DeclaredNode {
  resource: ProgramResource;
  target: string;
  peer: string;
  full: boolean;
}

/** One table between two, by a Subscription or by an entry of a Node's `subscriptions`. */
export interface DeclaredEdge {
  resource: ProgramResource;
  target: string;
  peer: string;
  database: string;
  table: string;
  flows: Flow[];
}

/**
 * `known`: the names that instances of `harper:instances` report, where somebody asked them. `others`: the other side of a
 * plan, which tells what instances are called, too.
 */
export function declaredBy(
  program: readonly ProgramResource[],
  known: Record<string, string> = {},
  others: readonly ProgramResource[] = [],
): Declared {
  const resources = program.flatMap((resource) =>
    resource.type === "ClusterConfiguration" ? connectionsOf(resource) : [resource],
  );
  const names = new Names(resources, known, others);
  const nodes = resources.filter(({ type }) => type === "Node").flatMap((resource) => nodeOf(resource, names) ?? []);
  const edges = [
    ...nodes.flatMap(({ resource, target, peer }) =>
      listed(resource).map((edge) => edgeOf(resource, target, peer, edge)),
    ),
    ...resources
      .filter(({ type }) => type === "Subscription")
      .flatMap((resource) => {
        const peer = names.peerOf(resource);
        return peer === undefined ? [] : [edgeOf(resource, names.targetOf(resource), peer, resource.inputs)];
      }),
  ];
  for (const { resource, peer } of nodes) {
    const { shard } = resource.inputs;
    const member = names.members[peer];
    if (member && typeof shard === "number") member.shard = shard;
  }
  return { members: sorted(names.members), links: linksOf(nodes, edges), nodes, edges };
}

/** A ClusterConfiguration declares what Nodes of its target would. */
function connectionsOf(resource: ProgramResource): ProgramResource[] {
  const { inputs, outputs } = resource;
  const { connections } = inputs;
  return ((Array.isArray(connections) ? connections : []) as Record<string, unknown>[]).map((connection) => ({
    ...resource,
    type: "Node",
    inputs: { ...connection, target: inputs.target },
    outputs: outputs && { instance: outputs.instance },
  }));
}

function nodeOf(resource: ProgramResource, names: Names): DeclaredNode | undefined {
  const peer = names.peerOf(resource);
  if (peer === undefined) return undefined;
  const { replicateByDefault, subscriptions } = resource.inputs;
  const full = replicateByDefault === undefined ? subscriptions === undefined : replicateByDefault === true;
  return { resource, target: names.targetOf(resource), peer, full };
}

const listed = ({ inputs: { subscriptions } }: ProgramResource) =>
  (Array.isArray(subscriptions) ? subscriptions : []) as Record<string, unknown>[];

function edgeOf(resource: ProgramResource, target: string, peer: string, edge: Record<string, unknown>): DeclaredEdge {
  const { subscribe = true, publish = true } = edge;
  const [database, table] = [textIn(edge.database) ?? "?", textIn(edge.table) ?? "?"];
  const flow = (from: string, to: string): Flow => ({ database, table, from, to });
  const flows = [...(publish ? [flow(target, peer)] : []), ...(subscribe ? [flow(peer, target)] : [])];
  return { resource, target, peer, database, table, flows };
}

function linksOf(nodes: DeclaredNode[], edges: DeclaredEdge[]): Link[] {
  const links = new Map<string, Link>();
  const linkOf = (one: string, other: string): Link => {
    const between = [one, other].sort() as [string, string];
    const key = between.join("/");
    const link = links.get(key) ?? { between, full: false, flows: [] };
    links.set(key, link);
    return link;
  };
  for (const { target, peer, full } of nodes) linkOf(target, peer).full ||= full;
  for (const { target, peer, flows } of edges) linkOf(target, peer).flows.push(...flows);
  return [...links.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, link]) => link);
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
