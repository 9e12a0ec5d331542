import type { Input, Resource } from "@pulumi/pulumi";
import type { Shape } from "../../topology/shapes";
import type { Connection, NodeArgs, NodeOutputs, RouteArgs, RouteOutputs, SubscriptionArgs } from "../types";

/**
 * One instance of a Cluster. It is known by its name in `harper:instances`; or, where all give an `endpoint` and their
 * credentials here, by these.
 */
export interface ClusterInstance
  extends Partial<Connection>,
    Pick<NodeArgs, "hostname" | "url" | "shard" | "verifyTls" | "authorization" | "revokedCertificates" | "startTime"> {
  /** Where it is; for the shape `regions`. */
  region?: string | undefined;
  /** Names of instances in its mesh that it dials when it starts. */
  routes?: string[] | undefined;
}

/** What a Cluster is made of. Names of instances and the shape are plain values: what resources there are follows from them. */
export interface ClusterArgs extends Pick<SubscriptionArgs, "adopt" | "activate" | "requireTables"> {
  /**
   * The instances by name. Their order counts in meshes: others join at the first, and the first three in a circle, so
   * that each is the peer of one Node. Put those first that stay longest.
   */
  instances: Record<string, ClusterInstance>;
  /** Who exchanges what with whom. */
  shape: Shape;
  /** Verify the certificates of peers at their first join, where an instance says nothing else. Default true. */
  verifyTls?: Input<boolean> | undefined;
}

type Made<A, R> = new (name: string, args: A, options: object) => R & Resource;

/** The resources of one front end. */
export interface Kit {
  Node: Made<NodeArgs, NodeOutputs>;
  Subscription: Made<SubscriptionArgs, object>;
  Route: Made<RouteArgs, RouteOutputs>;
  /** Makes all instances known by name, where the front end can. */
  knowing?(name: string, instances: Record<string, Connection>, parent: Resource): object;
}
