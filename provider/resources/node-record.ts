import type { Instance, Instances } from "../instances";
import {
  addressOf,
  declaredAddress,
  type Edge,
  edgeKey,
  hostOf,
  isOn,
  type NodeRow,
  withoutUserinfo,
} from "../operations-api";
import type { CommonOutputs } from "../resource";
import { findKnown, findNode } from "./common";
import { isHostOf, type NodeInputs, type NodeState } from "./node-fields";

/** The peer's record, by the name known from state, else by the address declared. */
export async function locate(like: NodeInputs | NodeState, at: Instance): Promise<NodeRow | undefined> {
  if ("name" in like) return findKnown(at, like.name);
  const { hostname, url } = like;
  const address = url ? addressOf(url) : addressOf({ hostname });
  return (
    (await findNode(at, ({ name }) => name === hostname)) ??
    (await findNode(at, (row) => row.url !== undefined && addressOf(row.url) === address))
  );
}

/** The name that a node has or will have: Harper knows it by what it reports, which usually is its host. */
export async function expectedName(
  like: Partial<NodeInputs>,
  { at, instances }: { at: Instance; instances: Instances },
): Promise<string> {
  const { peer, hostname, url = "" } = like;
  const there = hostname || url ? await locate(like, at) : undefined;
  return there?.name ?? (peer && (await instances.at(peer).client.nodeName())) ?? hostname ?? hostOf(url) ?? "";
}

/** What is declared, as it was read; what is not declared is not managed and stays out. */
export function stateOf(row: NodeRow, like: NodeInputs): Omit<NodeState, keyof CommonOutputs | "mirror"> {
  const {
    target,
    adopt,
    peer,
    requireTables: required,
    activate,
    hostname,
    url,
    subscriptions,
    shard,
    revokedCertificates,
  } = like;
  // A record that others made may carry credentials; it keeps them, and nobody is shown them.
  const bare = row.url && withoutUserinfo(row.url, "");
  const host = bare && hostOf(bare);
  return {
    target,
    adopt,
    peer,
    requireTables: required,
    activate,
    hostname: hostname && (isHostOf({ name: row.name, address: bare }, hostname) ? hostname : (host ?? row.name)),
    url: url && bare,
    replicateByDefault: row.full,
    subscriptions: subscriptions && inOrderOf(subscriptions, row.subscriptions.filter(isOn)),
    shard: shard === undefined ? undefined : row.shard,
    revokedCertificates: revokedCertificates && row.revokedCertificates,
    name: row.name,
    address: bare ?? "",
  };
}

/** What a record is declared with, when nothing of it is left out. */
export function everythingOf(row: NodeRow, { replicateByDefault }: Partial<NodeInputs>): Partial<NodeInputs> {
  const on = row.full || replicateByDefault === false ? [] : row.subscriptions.filter(isOn);
  return {
    ...(row.url === undefined ? { hostname: row.name } : declaredAddress(row.url)),
    ...(on.length > 0 && { subscriptions: on }),
    ...(row.shard !== undefined && { shard: row.shard }),
    ...(row.revokedCertificates.length > 0 && { revokedCertificates: row.revokedCertificates }),
  };
}

/** As declared first, then what else is there. */
function inOrderOf(declared: readonly Edge[], there: readonly Edge[]): Edge[] {
  const place = new Map(declared.map((edge, index) => [edgeKey(edge), index]));
  return there.toSorted(
    (one, other) => (place.get(edgeKey(one)) ?? declared.length) - (place.get(edgeKey(other)) ?? declared.length),
  );
}
