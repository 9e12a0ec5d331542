import type { Instance, Instances } from "../../instances";
import { type Edge, edgeKey, hostOf } from "../../operations-api";
import type { Changing } from "../../resource";
import { hasUnknown } from "../../unknown";
import type { NodeInputs, NodeState } from "../node-fields";
import { locate } from "../node-record";
import { mixture } from "../versions";
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
  const { at, instances, tell } = context;
  if (wanted.retainAuthorization) tellOfRetained(wanted, context);
  const host = wanted.hostname ?? (wanted.url && hostOf(wanted.url));
  const row = (before ?? host) ? await locate(before ?? wanted, at) : undefined;
  const name = row?.name ?? host;
  if (name === undefined) return;
  if (row && context.isReplaced) tellOfReplacement(row, context);
  const there = context.isReplaced ? undefined : row;
  const other = await peerOf(wanted, instances, name);
  if (wanted.replicateByDefault) {
    const mixed = there?.full ? undefined : await mixture(at, other);
    if (mixed) tell("warning", `Node ${name}: ${mixed}. What the two make of each other's add_node was not tried.`);
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

/** The peer, as far as it can be asked, by what is known of it: its name in harper:instances, its host or its URL. */
export async function peerOf(
  { peer, hostname, url }: Pick<NodeInputs, "peer" | "hostname" | "url">,
  instances: Instances,
  name = typeof hostname === "string" ? hostname : typeof url === "string" ? hostOf(url) : undefined,
): Promise<Instance | undefined> {
  if (typeof peer === "string") return instances.at(peer);
  return name === undefined ? undefined : instances.reporting(name);
}
