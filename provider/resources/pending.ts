import type { Instance } from "../instances";
import { derived, type Edge, edgeKey, type Pending, readPending } from "../operations-api";
import type { Context } from "../resource";

/**
 * One sentence for each instance that stores what it does not do yet: the target, and the peer as far as it is in
 * harper:instances. Whoever asks is told of every edge of the instance, so that one sentence serves all resources.
 */
export async function pendingSentences(peer: string, { at, instances }: Context): Promise<string[]> {
  const other = await instances.reporting(peer);
  const own = await at.client.nodeName();
  const here = said(await readPending(at.client))(at.name);
  const there = other && byPeer(await readPending(other.client)).get(own);
  return there ? [...here, ...said(there)(other.name)] : here;
}

const byPeer = derived((pending: readonly Pending[]) => Map.groupBy(pending, ({ peer }) => peer));

/** What is pending is asked for each resource, and put into words once. */
const said = derived((pending: readonly Pending[]) => {
  const known = new Map<string, string[]>();
  return (name: string) => known.get(name) ?? known.set(name, sentences({ name }, pending)).get(name) ?? [];
});

/** To be called before a write: only what is added to a known history can be told from what was there. */
export async function followHistory(peer: string, { at, instances }: Context): Promise<void> {
  const other = await instances.reporting(peer);
  await Promise.all([at, other].map((instance) => instance && readPending(instance.client)));
}

/** To be called after a write: the peer's own record, which was read before, mirrors it by now. */
export async function forgetMirror(peer: string, { instances }: Context): Promise<void> {
  (await instances.reporting(peer))?.client.forget();
}

/** How many edges a warning names: an `up` of thousands would name them all with each wave. */
const mostNamed = 20;

/** What is pending on one instance, and what to do about it. So many edges are named; without their number, as it grows while `up` goes on. */
export function sentences({ name }: Pick<Instance, "name">, pending: readonly Pending[], most = mostNamed): string[] {
  const of = (edges: (one: Pending) => Edge[]) => {
    const all = pending.flatMap((one) =>
      edges(one)
        .map(edgeKey)
        .sort()
        .map((key) => [one.peer, key] as const),
    );
    const named = Map.groupBy(all.slice(0, most), ([peer]) => peer);
    const text = [...named].map(([peer, some]) => `from ${peer} (${some.map(([, key]) => key).join(", ")})`).join("; ");
    return all.length > most ? `${text}, and more, which \`pulumi-harper pending\` lists` : text;
  };
  const restart = `\`pulumi-harper restart ${name}\``;
  const waiting = of(({ notFlowing }) => notFlowing);
  const lingering = of(({ stillFlowing }) => stillFlowing);
  const unsure = of((one) => one.unsure);
  return [
    waiting &&
      `Pending on ${name}: stored, but no rows come yet ${waiting}. Harper starts them when ${name} reconnects or restarts: set activate: "reconnect" on the Node, or run \`pulumi-harper reconnect ${name}\` or ${restart}.`,
    lingering &&
      `Pending on ${name}: turned off, but rows still come ${lingering}. Harper stops them only when ${name} restarts: run ${restart}.`,
    unsure &&
      `Perhaps pending on ${name}: whether rows come ${unsure} cannot be told: Harper's log does not reach back to the start of ${name}, or was cut by the removal of a node. Count rows, or settle it with ${restart}.`,
  ].filter(Boolean) as string[];
}
