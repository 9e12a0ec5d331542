import type { ResourceDefinition } from "../resource";
import { clusterReady } from "./cluster-ready";
import { node } from "./node";
import { route } from "./route";
import { subscription } from "./subscription";

/** The only list of resources. */
export const resources = {
  Node: node,
  Subscription: subscription,
  Route: route,
  ClusterReady: clusterReady,
} as unknown as Record<
  "Node" | "Subscription" | "Route" | "ClusterReady",
  ResourceDefinition<Record<string, unknown>, Record<string, unknown> & { instance: string }>
>;
