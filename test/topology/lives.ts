import type { Edge } from "../../provider/operations-api";
import type { Live, LiveInstance, LivePeer } from "../../topology/live/snapshot";

/** What an instance stores of another: everything, or tables with the way their rows go, `off` for one that was turned off. */
export type Stored = "full" | Record<string, "<->" | "->" | "<-" | "off">;

export const peer = (name: string, stored: Stored, rest: Partial<LivePeer> = {}): LivePeer => ({
  name,
  url: `wss://${name.toLowerCase()}:9933`,
  full: stored === "full",
  subscriptions: stored === "full" ? [] : Object.entries(stored).map(([table, way]) => edge(table, way)),
  shard: null,
  revokedCertificates: [],
  ...rest,
});

const edge = (table: string, way: string): Edge => ({
  database: "shop",
  table,
  subscribe: way.startsWith("<"),
  publish: way.endsWith(">"),
});

export const instance = (name: string, peers: LivePeer[], rest: Partial<LiveInstance> = {}): LiveInstance => ({
  name,
  reports: name,
  version: "4.7.29",
  peers,
  sockets: [],
  routes: { stored: [], dialled: [] },
  tables: { "shop.orders": 1, "shop.prices": 1 },
  ...rest,
});

const mirrored = { "<->": "<->", "->": "<-", "<-": "->", off: "off" } as const;
const mirrorOf = (stored: Stored): Stored =>
  stored === "full" ? stored : Object.fromEntries(Object.entries(stored).map(([table, way]) => [table, mirrored[way]]));

/** Instances that all can be asked, and the pairs that both ends store: `us/eu`. */
export function cluster(names: string[], pairs: Record<string, Stored>): Live {
  const peersOf = (name: string) =>
    Object.entries(pairs).flatMap(([pair, stored]) => {
      const [one = "", other = ""] = pair.split("/");
      if (name === one) return peer(other, stored);
      return name === other ? peer(one, mirrorOf(stored)) : [];
    });
  return { instances: names.map((name) => instance(name, peersOf(name))), silent: [] };
}

export const mesh = (...names: string[]): Record<string, Stored> =>
  Object.fromEntries(
    names.flatMap((one, index) => names.slice(index + 1).map((other) => [`${one}/${other}`, "full"] as const)),
  );
