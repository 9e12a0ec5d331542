import type { Instance } from "./instance";
import { ensureNode } from "./node-records";
import { isKnown, trusts } from "./reach";
import type { Route } from "./types";

/** Where a route leads; undefined where the server makes nothing of it. */
export function urlOfRoute(route: Route): string | undefined {
  if (typeof route === "string") return URL.canParse(route) ? route : undefined;
  const { url, hostname, host, port } = route;
  const full = url ?? `wss://${hostname ?? host}:${port ?? 9933}`;
  return URL.canParse(String(full)) ? String(full) : undefined;
}

/**
 * What a process does with the routes it found at its start: it names itself, unless it was removed once, and dials those
 * that are no peers. One that lets it in becomes a peer, on this side only: this is how a removed peer comes back.
 */
export function dialRoutes(instance: Instance): () => void {
  const routes = (instance.routes.memory ?? []).filter((route) => urlOfRoute(route) !== undefined);
  const urls = routes.map((route) => String(urlOfRoute(route)));
  const ownWasRemoved = instance.store.table("system", "hdb_nodes")?.deleted.has(instance.name);
  if (urls.length > 0 && !instance.nodes.has(instance.name) && !ownWasRemoved) {
    ensureNode(instance, instance.name, { url: instance.url, replicates: true });
  }
  const peers = new Set(instance.peers().map(({ url }) => url));
  const dialled = routes.flatMap((route) => (Object(route).replicates === false ? [] : (urlOfRoute(route) ?? [])));
  const open = new Set(dialled.filter((url) => url !== instance.url && !peers.has(url)));
  const timer = setInterval(() => {
    for (const url of open) if (knock(instance, url, url === urls[0])) open.delete(url);
    if (open.size === 0) clearInterval(timer);
  }, instance.cluster.timing.connectMs);
  return () => clearInterval(timer);
}

function knock(instance: Instance, url: string, isLeader: boolean): boolean {
  const target = instance.cluster.answering(instance, url);
  const accepted = target && trusts(instance, target) && isKnown(instance, target);
  const bothFull = target?.nodes.get(instance.name)?.replicates && instance.nodes.get(instance.name)?.replicates;
  if (!accepted || !bothFull) return false;
  ensureNode(instance, target.name, { url, replicates: true, replicateByDefault: true, isLeader });
  return true;
}
