import { createHash } from "node:crypto";
import { edgeKey, isOn } from "../../provider/operations-api";
import type { Live } from "./snapshot";

/**
 * What the instances store of the cluster, in a word: the same as long as nobody changes it, whoever asks in whatever
 * order. Health, rows and times are not in it. Undefined where an instance could not be asked.
 */
export function topologyHash({ instances, silent }: Live): string | undefined {
  if (silent.length > 0) return undefined;
  const stored = instances.map(({ reports, peers, routes }) => [
    reports,
    peers
      .map(({ name, full, shard, revokedCertificates, subscriptions }) => [
        name,
        full,
        shard,
        [...revokedCertificates].sort(),
        subscriptions
          .filter(isOn)
          .map((edge) => `${edgeKey(edge)} ${edge.subscribe} ${edge.publish}`)
          .sort(),
      ])
      .sort(byFirst),
    routes.stored,
  ]);
  const text = JSON.stringify(stored.sort(byFirst));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

const byFirst = ([one]: unknown[], [other]: unknown[]) => (String(one) < String(other) ? -1 : 1);
