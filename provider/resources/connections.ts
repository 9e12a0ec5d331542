import { z } from "zod";
import { diffFields } from "../diff";
import { addressOf, isOn, type NodeRow } from "../operations-api";
import type { CommonInputs, CommonOutputs } from "../resource";
import { edgeSettings, undeclaredOutput } from "./common";
import { isHostOf, type NodeInputs, type NodeState, nodeInputs, nodeOutputs } from "./node-fields";

const { target: _target, adopt: _adopt, replicateByDefault: _full, activate: _activate, ...rest } = nodeInputs.shape;
const { requireTables: _tables, ...ofNode } = rest;

/** What a Node says of its peer; where another address replaces a Node, here it is another connection. */
const { hostname, url } = ofNode;
const fields = {
  ...ofNode,
  hostname: hostname.meta({ ...hostname.meta(), replaceOnChanges: false }),
  url: url.meta({ ...url.meta(), replaceOnChanges: false }),
};

const connectionSchema = z.strictObject(fields).meta({
  id: "ConfiguredConnection",
  description:
    "A peer of the target, as a Node has it. Without `subscriptions` it replicates everything, with them exactly those edges.",
});
type Connection = Omit<NodeInputs, keyof CommonInputs | "replicateByDefault" | "requireTables" | "activate">;

const { name, address, mirror } = nodeOutputs.shape;
const members = z.array(
  z
    .strictObject({ name, address, mirror })
    .meta({ id: "ClusterMember", description: "A declared peer that is there." }),
);
export type Member = z.output<typeof members>[number];

export interface ClusterInputs extends CommonInputs {
  connections: Connection[];
  removeUnmanaged?: boolean | undefined;
  requireTables?: boolean | undefined;
}
export type ClusterState = ClusterInputs & CommonOutputs & { members: Member[]; undeclared?: string[] | undefined };

const hiddenNames = Object.entries(fields).flatMap(([key, field]) => (field.meta()?.writeOnly ? [key] : []));

/** A connection without what is read back nowhere. */
export const visible = (connection: object): Connection =>
  Object.fromEntries(Object.entries(connection).filter(([key]) => !hiddenNames.includes(key)));

export const clusterFields = {
  connections: z.array(connectionSchema).meta({
    description:
      "All peers of the target, one entry each; their order says nothing. In a full mesh every member has all others for peers, so all are to be declared. With `authorization` in one of them, Pulumi shows the whole list as secret: `peer` names credentials in its place.",
    sameAs: (state, wanted, whole) => areSame(state, wanted, whole),
    keyOf: (connection) => addressIn(connection as Connection) ?? "",
    shown: (connections) => (Array.isArray(connections) ? connections.map(visible) : undefined),
  }),
  removeUnmanaged: z.boolean().optional().meta({
    description:
      "Remove peers that are there and not declared, on both ends; preview names each. Default false: preview fails with their names.",
    settingOnly: true,
  }),
  requireTables: edgeSettings.requireTables,
};

export const clusterOutputs = {
  members: members.meta({
    description: "The declared peers that are there, by the names that they report.",
    drift: (list) => driftOf(listIn<Member>(list)),
  }),
  undeclared: undeclaredOutput("Peers"),
};

/** Whether the peer's half of any of them is not as it is to be. */
const driftOf = (list: Member[]) =>
  list.some(({ mirror: half }) => mirror.meta()?.drift?.(half)) ? ("update" as const) : undefined;

/** The inputs of the Node that a connection is. */
export const nodeOf = (
  connection: Connection,
  { target, adopt, requireTables }: Partial<ClusterInputs>,
): NodeInputs => ({
  ...connection,
  target,
  adopt,
  requireTables,
  replicateByDefault: connection.subscriptions === undefined,
});

/** A Node as a connection of a state: an edge list says that it is explicit. */
export function connectionOf(node: NodeState, row: NodeRow | undefined): Connection {
  const { subscriptions = row?.subscriptions.filter(isOn) ?? [], ...others } = node;
  const found = { ...others, ...(!node.replicateByDefault && { subscriptions }) };
  return visible(Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(fields, key))));
}

/** Whether a connection means the node of this name and address. */
export const means = ({ hostname, url }: Connection, node: { name: string; address?: string | undefined }): boolean =>
  url === undefined
    ? hostname !== undefined && isHostOf(node, hostname)
    : node.address !== undefined && addressOf(url) === addressOf(node.address);

/** The same of a row in the target's table. */
export const meansRow = (connection: Connection, { name, url }: NodeRow): boolean =>
  means(connection, { name, address: url });

/** What a state or inputs have of a list; a state may hold anything. */
export const listIn = <T extends object>(value: unknown): T[] =>
  (Array.isArray(value) ? value : []).filter((one) => typeof one === "object" && one !== null);

export const addressIn = ({ hostname, url }: Connection): string | undefined =>
  url === undefined ? hostname && addressOf({ hostname }) : addressOf(url);

function areSame(state: unknown, wanted: unknown, whole: Record<string, unknown>): boolean {
  const [there, now, nodes] = [listIn<Connection>(state), listIn<Connection>(wanted), listIn<Member>(whole.members)];
  return (
    there.length === now.length &&
    now.every((connection) => {
      const member = nodes.find((node) => means(connection, node));
      const before = member && there.find((one) => means(one, member));
      if (!before) return false;
      const { changed } = diffFields(nodeInputs, { ...nodeOf(before, {}), ...member }, { ...nodeOf(connection, {}) });
      return changed.length === 0;
    })
  );
}
