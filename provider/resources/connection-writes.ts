import { diffFields, driftIn } from "../diff";
import { HarperError, type NodeRow } from "../operations-api";
import type { Context } from "../resource";
import { type ClusterInputs, type ClusterState, listIn, type Member, means, meansRow, nodeOf } from "./connections";
import { node } from "./node";
import { type NodeInputs, type NodeState, nodeInputs, nodeOutputs } from "./node-fields";

/** The peers in the target's table; never the target itself. */
export async function peersNow({ at }: Pick<Context, "at">): Promise<NodeRow[]> {
  const own = await at.client.nodeName();
  return (await at.client.nodes()).filter(({ name }) => name !== own);
}

/** The Nodes that are declared and there, each with what the state knows of it. */
export async function nodesThere(like: ClusterInputs | ClusterState, context: Context): Promise<NodeState[]> {
  const found = await Promise.all(
    listIn<ClusterInputs["connections"][number]>(like.connections).map((connection) => {
      const member = membersOf(like).find((one) => means(connection, one));
      return node.observe({ ...nodeOf(connection, like), ...member }, context);
    }),
  );
  return found.filter((one) => one !== undefined);
}

export const membersOf = (like: Partial<ClusterState>): Member[] => listIn<Member>(like.members);

/** Makes the target's peers those that are declared: first those go that are not, each proven, then the others are written. */
export async function writeConnections(
  wanted: ClusterInputs,
  before: ClusterState | undefined,
  context: Context,
): Promise<undefined> {
  const { at } = context;
  at.client.forget();
  const undeclared = (await peersNow(context)).filter((row) => !wanted.connections.some((one) => meansRow(one, row)));
  const made = membersOf(before ?? {});
  const unmanaged = undeclared.filter(({ name }) => !made.some((member) => member.name === name));
  if (unmanaged.length > 0 && !wanted.removeUnmanaged) throw refusal(at.name, unmanaged);
  for (const { name } of undeclared) await removeNode(name, wanted, context);
  const there = await nodesThere(before ? { ...before, ...wanted } : wanted, context);
  for (const connection of wanted.connections) {
    const inputs = nodeOf(connection, wanted);
    await writeNode(
      inputs,
      there.find((state) => means(connection, state)),
      context,
    );
  }
}

/** As a Node is: what cannot be changed in place is removed first. What is not seen to be whole is sent again. */
async function writeNode(inputs: NodeInputs, there: NodeState | undefined, context: Context): Promise<void> {
  const fate = there && fateOf(inputs, there);
  if (fate === "stays") return;
  if (there && fate === "replaced") await node.remove(there, context);
  await node.write(inputs, fate === "replaced" ? undefined : there, context);
}

/** What a write makes of a connection that is there. */
export function fateOf(inputs: NodeInputs, there: NodeState): "stays" | "changed" | "replaced" {
  const [fields, drift] = [diffFields(nodeInputs, { ...there }, { ...inputs }), driftIn(nodeOutputs, { ...there })];
  if (fields.replaces.length + drift.replaces.length > 0) return "replaced";
  return fields.changed.length === 0 && there.mirror === "agrees" ? "stays" : "changed";
}

/** Removes a peer as a Node is removed; false where it is left, as Nodes of the program keep it in the mesh. */
export async function removeNode(
  name: string,
  { target }: Pick<ClusterInputs, "target">,
  context: Context,
): Promise<boolean> {
  const instance = await context.at.client.nodeName();
  const state = await node.observe({ name, address: "", instance, target }, context);
  return state === undefined || node.remove(state, context);
}

export const unmanagedText = (rows: readonly { name: string }[], at: string): string =>
  `${rows
    .map(({ name }) => name)
    .sort()
    .join(", ")} ${rows.length > 1 ? "are peers" : "is a peer"} of ${at} and not declared`;

export const wayOut =
  "Declare what is to stay, or set removeUnmanaged: true, which removes it on both ends. In a full mesh membership spreads by itself: every member has all others for peers, and all are to be declared";

const refusal = (at: string, rows: readonly NodeRow[]) =>
  new HarperError("refused", {
    operation: "write ClusterConfiguration",
    instance: at,
    problem: unmanagedText(rows, at),
    advice: `${wayOut}. Nothing was changed.`,
  });
