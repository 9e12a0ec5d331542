import { namesIn } from "../live/graph";
import type { Live } from "../live/snapshot";

/** Sockets of what is stored that are closed: the shape is right, and rows wait. */
export function closedSockets({ instances }: Live): string[] {
  const nameOf = namesIn(instances);
  return instances.flatMap(({ name, sockets, peers }) => {
    const known = new Set(peers.map((peer) => peer.name));
    return sockets
      .filter(({ peer, connected }) => !connected && known.has(peer))
      .map(({ peer, database }) => `${name} is not connected to ${nameOf(peer)} for ${database}`);
  });
}

/** Instances that run another version than most. */
export function versionSkew({ instances }: Live): string[] {
  const byVersion = Map.groupBy(instances, ({ version }) => version);
  if (byVersion.size < 2) return [];
  return [...byVersion]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(
      ([version, those]) =>
        `${those.map(({ name }) => name).join(", ")} ${those.length === 1 ? "runs" : "run"} ${version}`,
    );
}
