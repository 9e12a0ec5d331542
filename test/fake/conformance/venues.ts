import { readFileSync } from "node:fs";
import { type FakeCluster, startFakeCluster } from "..";
import type { Place, Seat, Venue } from "./run";

const seats = ["a", "b", "c"] as const;

export async function fakeVenue(): Promise<{ venue: Venue; cluster: FakeCluster }> {
  const names = ["127.0.0.51", "127.0.0.52", "127.0.0.53"];
  const cluster = await startFakeCluster({ nodes: names, connectMs: 40 });
  const places = Object.values(cluster.instances).map(
    ({ name, endpoint, username, password, url }): Place => ({
      endpoint,
      username,
      password,
      address: name,
      replicationUrl: url,
    }),
  );
  return { venue: { places: seat(places), pace: 1 / 10 }, cluster };
}

const file = process.env.PULUMI_HARPER_TEST_CLUSTER;

export const whyNoRealVenue = file ? undefined : "needs real instances, which `make conformance` starts";

export function realVenue(): Venue {
  const { instances } = JSON.parse(readFileSync(file as string, "utf8")) as { instances: Record<string, Place> };
  const names = Object.keys(instances).sort();
  return { places: seat(names.map((name) => instances[name] as Place)), pace: 1 };
}

function seat(places: readonly Place[]): Record<Seat, Place> {
  if (places.length < 3) throw new Error("The conformance scripts need three instances");
  return Object.fromEntries(seats.map((name, index) => [name, places[index]])) as Record<Seat, Place>;
}
