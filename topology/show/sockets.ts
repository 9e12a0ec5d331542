import { namesIn } from "../live/graph";
import type { Live } from "../live/snapshot";
import { receivingSockets } from "../live/sockets";

/** A row for each socket over which an instance receives: how the cluster converges. */
export function socketRows({ instances }: Live): string[][] {
  const nameOf = namesIn(instances);
  const rows = instances.flatMap((instance) =>
    receivingSockets(instance).map(
      ({ peer, database, connected, isCopying, latencyMs, behindMs, backPressurePercent }) => [
        instance.name,
        nameOf(peer),
        database,
        connected ? (isCopying ? "copying" : "open") : "closed",
        measured(latencyMs, "ms"),
        behindMs === null ? "-" : `${Math.max(0, Math.round(behindMs / 100) / 10)} s`,
        measured(backPressurePercent, "%"),
      ],
    ),
  );
  return [["INSTANCE", "FROM", "DATABASE", "SOCKET", "LATENCY", "BEHIND", "BACK-PRESSURE"], ...rows];
}

const measured = (value: number | null, unit: string) => (value === null ? "-" : `${Math.round(value)} ${unit}`);
