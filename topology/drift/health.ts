import type { Live } from "../live/snapshot";
import { receivingSockets } from "../live/sockets";

/** Sockets of what is stored that are closed: the shape is right, and rows wait. */
export function closedSockets({ instances }: Live, nameOf: (reported: string) => string): string[] {
  return instances.flatMap((instance) =>
    receivingSockets(instance)
      .filter(({ connected }) => !connected)
      .map(({ peer, database }) => `${instance.name} is not connected to ${nameOf(peer)} for ${database}`),
  );
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
