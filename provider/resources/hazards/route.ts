import { addressOf, hostOf } from "../../operations-api";
import type { Changing } from "../../resource";
import { counted, sideOf } from "./figures";

/** A route to an instance that is no peer, and that still has the target for one: the next start makes them peers again. */
export async function routeHazards(
  { url }: { url?: string | undefined },
  _before: unknown,
  { at, instances, tell }: Changing,
): Promise<void> {
  const address = url && addressOf(url);
  const host = address && hostOf(address);
  if (!host) return;
  const [rows, own] = await Promise.all([at.client.nodes(), at.client.nodeName()]);
  if (rows.some((row) => row.url !== undefined && addressOf(row.url) === address)) return;
  const other = await instances.reporting(host);
  if (!other || !(await other.client.nodes()).some((row) => row.full && row.name === own)) return;
  const side = await sideOf(other, host);
  tell(
    "warning",
    `Route ${address}: ${side.name} still has a record of ${own} that replicates everything, so the next start of ${at.name} brings it back as a peer, with all that it wrote since it was one, deletions too: ${counted(side)}. Remove ${own} on ${side.name} first, or declare the Node.`,
  );
}
