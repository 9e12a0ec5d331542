import type { ResourceDefinition } from "../resource";
import { node } from "./node";
import { route } from "./route";
import { routes } from "./routes";
import { subscription } from "./subscription";

/** The only list of resources. */
export const resources = { Node: node, Subscription: subscription, Route: route, Routes: routes } as unknown as Record<
  "Node" | "Subscription" | "Route" | "Routes",
  ResourceDefinition<Record<string, unknown>, Record<string, unknown> & { instance: string }>
>;
