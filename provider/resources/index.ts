import type { ResourceDefinition } from "../resource";
import { node } from "./node";
import { route } from "./route";
import { subscription } from "./subscription";

/** The only list of resources. */
export const resources = { Node: node, Subscription: subscription, Route: route } as unknown as Record<
  "Node" | "Subscription" | "Route",
  ResourceDefinition<Record<string, unknown>, Record<string, unknown> & { instance: string }>
>;
