import { addressOf, hostOf, type WireRoute } from "./routes";

/**
 * Whose whole databases a fully replicating instance copies when it connects to them first: those of the first route its
 * process was started with, or else of its first peer by name. Of all others it gets what they write from then on. Peers
 * that were removed count for Harper, too, and are not known here. Found by counting rows on 4.7.29.
 */
export function copiesFrom(peers: readonly string[], routes: readonly WireRoute[]): string | undefined {
  const [first] = routes.flatMap((route) => hostOf(addressOf(route) ?? "") ?? []);
  return first ?? peers.toSorted()[0];
}
