import type { Instance } from "../instances";
import { addressOf, type WireRoute } from "../operations-api";
import { isSameList, readRoute } from "./route-list";

/** What the next start of an instance would dial otherwise than its process does now, in a sentence. */
export async function pendingRoutes(at: Instance): Promise<string[]> {
  const [stored, memory] = await Promise.all([at.client.storedRoutes(), at.client.getRoutes()]);
  const dialled = new Set(memory.map(addressOf));
  const kept = new Set(stored.map(addressOf));
  const coming = [...kept].filter((address) => !dialled.has(address));
  const going = [...dialled].filter((address) => !kept.has(address));
  const whole = (route: WireRoute) => readRoute(route, () => true);
  const isOtherwise = coming.length + going.length === 0 && !isSameList(memory.map(whole), stored.map(whole));
  if (coming.length + going.length === 0 && !isOtherwise) return [];
  const parts = [
    coming.length > 0 ? `will dial ${coming.join(", ")}` : "",
    going.length > 0 ? `will no longer dial ${going.join(", ")}` : "",
    isOtherwise ? "will go by another order of its routes, or by other settings of them," : "",
  ];
  return [
    `Pending on ${at.name}: it ${parts.filter(Boolean).join(" and ")} after a restart: run \`pulumi-harper restart ${at.name}\`.`,
  ];
}
