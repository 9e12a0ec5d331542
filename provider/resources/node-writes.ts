import { diffFields } from "../diff";
import {
  type Edge,
  edgeKey,
  HarperError,
  hostOf,
  isOn,
  type NodeRow,
  noEdges,
  type SomeEdges,
} from "../operations-api";
import type { Context } from "../resource";
import { peerOf } from "./hazards";
import { edgesThere, mirrorOf } from "./mirror";
import { type NodeInputs, nodeInputs } from "./node-fields";
import { expectedName, locate, stateOf } from "./node-record";
import { renewMembers } from "./renewal";
import { joins } from "./stayers";
import { warnOfExplicitEdges } from "./versions";

/** Changes an explicit node in place. */
export async function updateInPlace(row: NodeRow, wanted: NodeInputs, context: Context): Promise<void> {
  await context.at.client.updateNode({
    ...request(wanted, context),
    hostname: row.name,
    url: row.url,
    subscriptions: edgesFor([...row.subscriptions, ...(await edgesThere(row.name, context))], wanted),
  });
}

/**
 * Adds the node in its turn: parallel first joins on one instance overwrite each other's certificate. `absentAt` is how
 * many had had a turn when it was not there.
 */
export async function join(wanted: NodeInputs, absentAt: number | undefined, context: Context): Promise<void> {
  const { at, instances } = context;
  const { hostname, url, subscriptions } = wanted;
  if (!wanted.replicateByDefault) warnOfExplicitEdges(context);
  const explicit = subscriptions?.length ? subscriptions : [...noEdges];
  const peer = (await peerOf(wanted, instances))?.client.lastRead.nodeName;
  const ends = [await at.client.nodeName(), peer ?? hostname ?? hostOf(url ?? "") ?? ""];
  const turn = {
    ends: ends.map((end) => end.toLowerCase()),
    // A mesh hears of its new member; and what goes by several addresses is not seen to be one.
    isAlone: wanted.replicateByDefault === true || peer === undefined,
  };
  await instances.inTurn(turn, async () => {
    // Whoever had a turn since we looked may have joined the two from the other end, or by gossip.
    if (absentAt !== undefined && instances.turnsTaken > absentAt && (await isThereNow(wanted, context))) return;
    if (wanted.replicateByDefault) {
      const name = await expectedName(wanted, context);
      await renewMembers(await peerOf(wanted, instances), name, context);
      joins(name, context);
    }
    await at.client.addNode({
      ...request(wanted, context),
      ...(hostname ? { hostname } : {}),
      ...(url ? { url } : {}),
      ...(wanted.replicateByDefault ? {} : { subscriptions: explicit }),
    });
  });
}

/** Whether the node is there meanwhile, as it is declared; throws where it is there and differs. */
async function isThereNow(wanted: NodeInputs, context: Context): Promise<boolean> {
  const { at } = context;
  at.client.forget();
  const row = await locate(wanted, at);
  if (!row) return false;
  // A mesh tells its members of the explicit node of one, and that node of none of them.
  if (!row.full && (await mirrorOf(row, undefined, undefined, context)) === "unknown to the peer") return false;
  const { adopt = "identical" } = wanted;
  if (adopt === "always") return false;
  const { changed } = diffFields(nodeInputs, stateOf(row, wanted), { ...wanted });
  if (adopt === "identical" && changed.length === 0) return true;
  throw new HarperError("exists", {
    operation: "add_node",
    instance: at.name,
    problem: `"${row.name}" was joined meanwhile, from its end or by another member, and ${changed.length > 0 ? `differs in ${changed.join(", ")}` : 'adopt is "never"'}`,
    advice: "Declare each pair of nodes once, from one of the two.",
  });
}

/** Every field, on every call: what is left out Harper takes for its default. */
export function request(wanted: NodeInputs, { instances }: Context) {
  const { verifyTls, retainAuthorization, revokedCertificates, shard, startTime, peer } = wanted;
  const ofPeer = peer === undefined ? undefined : instances.at(peer).authorization;
  return {
    verifyTls,
    retainAuthorization,
    revokedCertificates,
    shard,
    startTime,
    authorization: wanted.authorization ?? ofPeer,
  };
}

/** What stays on an explicit node that no longer declares its edges inline. */
export function leftBy(before: NodeInputs, { subscriptions, replicateByDefault }: NodeInputs): string[] {
  if (subscriptions !== undefined || replicateByDefault) return [];
  return (before.subscriptions ?? []).filter(isOn).map(edgeKey).sort();
}

/** The whole inline set, and what is to be turned off. Explicit nodes get what changes nothing: edges are merged. */
function edgesFor(there: readonly Edge[], { subscriptions }: NodeInputs): SomeEdges {
  if (!subscriptions || subscriptions.length + there.length === 0) return [...noEdges] as SomeEdges;
  const keys = new Set(subscriptions.map(edgeKey));
  const others = new Map(there.filter((edge) => !keys.has(edgeKey(edge))).map((edge) => [edgeKey(edge), edge]));
  const off = [...others.values()].map((edge) => ({ ...edge, subscribe: false, publish: false }));
  return [...subscriptions, ...off] as SomeEdges;
}
