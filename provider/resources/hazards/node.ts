import type { Instance } from "../../instances";
import { type Edge, edgeKey, hostOf } from "../../operations-api";
import type { Changing } from "../../resource";
import { hasUnknown } from "../../unknown";
import type { NodeInputs, NodeState } from "../node-fields";
import { locate } from "../node-record";
import { tellOfJoin, tellOfWidening } from "./copies";
import { tellOfReconnect, tellOfReplacement } from "./interruption";
import { opened, tellOfOldRows } from "./old-rows";
import { tellOfRetained } from "./retained";

/** A peer that is joined, or becomes another kind of peer. */
export async function nodeHazards(
  wanted: Partial<NodeInputs>,
  before: NodeState | undefined,
  context: Changing,
): Promise<void> {
  const { at, instances } = context;
  if (wanted.retainAuthorization) tellOfRetained(wanted, context);
  const host = wanted.hostname ?? (wanted.url && hostOf(wanted.url));
  const row = (before ?? host) ? await locate(before ?? wanted, at) : undefined;
  const name = row?.name ?? host;
  if (name === undefined) return;
  if (row && context.isReplaced) tellOfReplacement(row, context);
  const there = context.isReplaced ? undefined : row;
  const other = await peerOf(name, wanted.peer, instances);
  if (wanted.replicateByDefault) {
    if (!there) await tellOfJoin({ name, other }, context);
    else if (!there.full) await tellOfWidening(there, other, context);
    return;
  }
  const edges = (wanted.subscriptions ?? []).filter((edge) => !hasUnknown(edge));
  const new_ = edges.flatMap((edge) => opened(there?.subscriptions.find(isSame(edge)), edge) ?? []);
  await tellOfOldRows(`Node ${name}`, name, new_, context);
  if (there && wanted.activate === "reconnect") await tellOfReconnect(there, new_, context);
}

const isSame = (edge: Edge) => (other: Edge) => edgeKey(other) === edgeKey(edge);

const peerOf = async (
  name: string,
  peer: string | undefined,
  instances: Changing["instances"],
): Promise<Instance | undefined> => (peer === undefined ? instances.reporting(name) : instances.at(peer));
