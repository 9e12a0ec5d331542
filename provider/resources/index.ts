import type { ResourceDefinition } from "../resource";
import { clusterConfiguration } from "./cluster-configuration";
import { clusterReady } from "./cluster-ready";
import { node } from "./node";
import { route } from "./route";
import { routes } from "./routes";
import { subscription } from "./subscription";

/** The only list of resources. */
const all = {
  Node: node,
  Subscription: subscription,
  Route: route,
  Routes: routes,
  ClusterConfiguration: clusterConfiguration,
  ClusterReady: clusterReady,
};
export const resources = all as unknown as Record<
  keyof typeof all,
  ResourceDefinition<Record<string, unknown>, Record<string, unknown> & { instance: string }>
>;
