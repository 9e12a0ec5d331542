import { addressOf, edgeKey, isOn } from "../../provider/operations-api";
import type { Live, LiveInstance } from "../live/snapshot";
import { isBetween, tableOf } from "../model";
import { meshesOf } from "../paths";
import type { Declared } from "../program/declared";
import { type ProgramResource, textIn } from "../program/resource";

export interface Unmanaged {
  /** By hand, or by another program; an echo is what a mesh told an instance of what is declared on another one. */
  kind: "unmanaged" | "echo";
  instance: string;
  text: string;
}

/** What instances store that no resource of the stack declares. */
export function unmanagedIn(
  live: Live,
  declared: Declared,
  resources: readonly ProgramResource[],
  nameOf: (reported: string) => string,
): Unmanaged[] {
  const meshes = meshesOf(declared);
  return live.instances.flatMap((instance) => [
    ...instance.peers
      .filter(({ name }) => !membersAt(instance, resources).has(name))
      .flatMap((peer) => unmanagedPeer(instance, nameOf(peer.name), peer, declared, meshes)),
    ...unmanagedRoutes(instance, resources),
  ]);
}

/** Peers of a ClusterConfiguration: its connections may be secret as a whole, and its members are not. */
function membersAt({ reports }: LiveInstance, resources: readonly ProgramResource[]): ReadonlySet<string> {
  const whole = resources.filter(
    ({ type, outputs }) => type === "ClusterConfiguration" && outputs?.instance === reports,
  );
  const members = whole.flatMap(({ outputs }) => (Array.isArray(outputs?.members) ? outputs.members : []));
  return new Set(members.map(({ name }: { name: string }) => name));
}

function unmanagedPeer(
  { name }: LiveInstance,
  peer: string,
  { full, subscriptions }: LiveInstance["peers"][number],
  declared: Declared,
  meshes: string[][],
): Unmanaged[] {
  if (meshes.some((mesh) => mesh.includes(name) && mesh.includes(peer))) return [];
  const link = declared.links.find((one) => isBetween(one, name, peer));
  if (!link) {
    const told = meshes
      .find((mesh) => mesh.includes(name))
      ?.find((mate) => mate !== name && declared.links.some((one) => isBetween(one, mate, peer)));
    return told
      ? [{ kind: "echo", instance: name, text: `knows ${peer}, as its mesh was told of it by ${told}` }]
      : [
          {
            kind: "unmanaged",
            instance: name,
            text: `knows ${peer}${full ? ", and replicates everything with it" : ""}`,
          },
        ];
  }
  const known = new Set(link.flows.map(tableOf));
  return subscriptions
    .filter((edge) => isOn(edge) && !known.has(edgeKey(edge)))
    .map((edge) => ({ kind: "unmanaged", instance: name, text: `has an edge with ${peer} for ${edgeKey(edge)}` }));
}

function unmanagedRoutes({ name, reports, routes }: LiveInstance, resources: readonly ProgramResource[]): Unmanaged[] {
  const own = resources.filter(
    ({ inputs, outputs }) => textIn(inputs.target) === name || textIn(outputs?.instance) === reports,
  );
  const declared = new Set(
    own.flatMap(({ type, outputs, inputs }) => {
      if (type === "Route") return [textIn(outputs?.address)];
      const list = type === "Routes" && Array.isArray(inputs.routes) ? inputs.routes : [];
      return list.map((route) => addressOf(route));
    }),
  );
  return routes.stored
    .filter((address) => !declared.has(address))
    .map((address) => ({ kind: "unmanaged", instance: name, text: `has the route ${address}` }));
}
