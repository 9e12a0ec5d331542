import { z } from "zod";
import { withoutUndefined } from "../check";
import { hostOf, isOn } from "../operations-api";
import { defineResource, type Fail } from "../resource";
import { hasUnknown } from "../unknown";
import { commonInputs, commonOutputs, identityOf } from "./common";
import {
  membersOf,
  nodesThere,
  peersNow,
  removeNode,
  unmanagedText,
  wayOut,
  writeConnections,
} from "./connection-writes";
import {
  addressIn,
  type ClusterInputs,
  type ClusterState,
  clusterFields,
  clusterOutputs,
  connectionOf,
  listIn,
  means,
  meansRow,
  nodeOf,
  visible,
} from "./connections";
import { clusterHazards } from "./hazards/cluster-configuration";
import { node, nodeLiveRules } from "./node";
import { everythingOf } from "./node-record";
import { recordsRead } from "./read-back";
import { declares } from "./sole-owners";

/** All peers of an instance. */
export const clusterConfiguration = defineResource<ClusterInputs, ClusterState>({
  name: "ClusterConfiguration",
  description:
    "All peers of the target, as `configure_cluster` promises and does not: what is not declared is removed, each step read back on both ends. Peers that it does not know stop the preview with their names, unless `removeUnmanaged`. In a full mesh membership spreads by itself, so all other members are to be declared. Deleting it removes the declared peers. Not together with Node and Subscription resources of the same target.",
  inputs: z.strictObject({ ...commonInputs, ...clusterFields }),
  outputs: z.strictObject({ ...commonOutputs, ...clusterOutputs }),

  rules(inputs, fail) {
    const seen = new Set<string>();
    for (const [index, connection] of listIn<Connection>(inputs.connections).entries()) {
      const path = `connections[${index}]`;
      node.rules?.({ ...connection }, below(path, fail));
      const address = hasUnknown([connection.hostname, connection.url]) ? undefined : addressIn(connection);
      if (address && seen.has(address)) fail(path, `${address} is given twice`);
      if (address) seen.add(address);
    }
  },

  async liveRules(inputs, context, fail, olds) {
    declares("ClusterConfiguration", context, fail);
    const connections = listIn<Connection>(inputs.connections);
    for (const [index, connection] of connections.entries())
      await nodeLiveRules(nodeOf(connection, inputs), context, below(`connections[${index}]`, fail));
    if (inputs.removeUnmanaged || hasUnknown([inputs.connections, inputs.removeUnmanaged])) return;
    const known = [...connections, ...listIn<Connection>(olds.connections)];
    const others = (await peersNow(context)).filter((row) => !known.some((one) => meansRow(one, row)));
    if (others.length > 0)
      fail("connections", `lack what is there: ${unmanagedText(others, context.at.name)}. ${wayOut}`);
  },

  hazards: clusterHazards,

  id: ({ instance }) => `${instance}/configuration`,
  isWhole: () => true,
  idForms: { configuration: "all peers of the instance" },
  fromId: (rest) => (rest === "configuration" ? {} : undefined),
  async declareAll(like, context) {
    const rows = await peersNow(context);
    const connections = rows.map((row) => ({
      ...everythingOf(row, {}),
      ...(!row.full && { subscriptions: row.subscriptions.filter(isOn) }),
    }));
    return { ...like, connections };
  },

  assume: ({ connections }) => ({ connections: connections.map(visible), members: [] }),

  /** Where none of the declared is there yet, it is none; once it was made it is one from which they were taken. */
  async observe(like, context) {
    const [rows, there] = await Promise.all([peersNow(context), nodesThere(like, context)]);
    if (!("instance" in like) && there.length === 0 && listIn(like.connections).length > 0) return undefined;
    // No longer declared, and not removed yet.
    const leaving = membersOf(like).filter(
      (member) => !there.some(({ name }) => name === member.name) && rows.some(({ name }) => name === member.name),
    );
    const members = [...there, ...leaving].map(({ name, address, mirror }) =>
      withoutUndefined({ name, address, mirror }),
    );
    const others = rows.map(({ name }) => name).filter((name) => !members.some((member) => member.name === name));
    return {
      target: like.target,
      adopt: like.adopt,
      removeUnmanaged: like.removeUnmanaged,
      requireTables: like.requireTables,
      connections: there.map((state) =>
        withoutUndefined({
          ...connectionOf(
            state,
            rows.find(({ name }) => name === state.name),
          ),
        }),
      ),
      members,
      ...(others.length > 0 && { undeclared: others.sort() }),
      ...(await identityOf(context.at)),
    };
  },

  write: writeConnections,

  /** What nobody declares stays. */
  async remove(state, context) {
    let isGone = true;
    for (const { name } of membersOf(state)) isGone = (await removeNode(name, state, context)) && isGone;
    return isGone;
  },
  async isGone(state, context) {
    const rows = await peersNow(context);
    return membersOf(state).every(({ name }) => rows.every((row) => row.name !== name));
  },
  async abandon({ instance, members }, context) {
    const said: string[] = [];
    for (const member of members) said.push((await node.abandon?.({ instance, ...member }, context)) ?? "");
    return said.join(" ");
  },

  undeclared: ({ undeclared = [] }, { removeUnmanaged }) => (removeUnmanaged ? [] : undeclared),
  partThere: ({ members }, wanted) => ({
    ...wanted,
    connections: wanted.connections.filter((connection) => members.some((member) => means(connection, member))),
  }),

  lastRead(like, context) {
    const { members, connections, instance } = like as Partial<ClusterState>;
    const named = listIn<{ name: string }>(members).map(({ name }) => name);
    const declared = listIn<Connection>(connections).map(({ hostname, url = "" }) => hostname ?? hostOf(url) ?? "");
    const peers = named.length > 0 ? named : declared;
    return peers.flatMap((peer) => recordsRead(instance, peer, context));
  },

  async pending({ instance, members }, context) {
    const said = await Promise.all(members.map((member) => node.pending?.({ instance, ...member }, context) ?? []));
    return [...new Set(said.flat())];
  },
});

type Connection = ClusterInputs["connections"][number];

const below =
  (path: string, fail: Fail): Fail =>
  (property, reason) =>
    fail(`${path}.${property}`, reason);
