import type { Changing } from "../../resource";
import { hasUnknown } from "../../unknown";
import { fateOf, membersOf, nodesThere, peersNow } from "../connection-writes";
import { type ClusterInputs, type ClusterState, means, meansRow, nodeOf } from "../connections";
import { nodeHazards } from "./node";

/** Who is removed, by name; and of each connection that is made or changed what a Node would say. */
export async function clusterHazards(
  wanted: Partial<ClusterInputs>,
  before: ClusterState | undefined,
  context: Changing,
): Promise<void> {
  const { at, tell } = context;
  const { connections } = wanted;
  if (!connections || hasUnknown(connections)) return;
  const removed = (await peersNow(context)).filter((row) => !connections.some((one) => meansRow(one, row)));
  for (const { name, full } of removed) {
    const isOurs = membersOf(before ?? {}).some((member) => member.name === name);
    const text = `ClusterConfiguration of ${at.name}: ${name} will be removed ${full ? "from the whole mesh" : "on both ends"}, as it is`;
    if (isOurs) tell("info", `${text} no longer declared.`);
    else if (wanted.removeUnmanaged) tell("warning", `${text} there and not declared, and removeUnmanaged is set.`);
  }
  const there = await nodesThere({ ...before, ...wanted, connections }, context);
  for (const connection of connections) {
    const inputs = nodeOf(connection, wanted);
    const state = there.find((one) => means(connection, one));
    const fate = state && fateOf(inputs, state);
    if (fate !== "stays") await nodeHazards(inputs, state, { ...context, isReplaced: fate === "replaced" });
  }
}
