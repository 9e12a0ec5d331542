import type { ComponentResourceOptions, CustomResourceOptions } from "@pulumi/pulumi";
import { secretly, withSecretConnections } from "./arguments";
import { type ClusterArgs, ClusterComponent } from "./cluster";
import { DynamicResource } from "./dynamic";
import {
  type ClusterConfigurationArgs,
  type ClusterConfigurationOutputs,
  type ClusterReadyArgs,
  type ClusterReadyOutputs,
  clusterConfigurationOutputKeys,
  clusterReadyOutputKeys,
  type NodeArgs,
  type NodeOutputs,
  nodeOutputKeys,
  type RouteArgs,
  type RouteOutputs,
  type RoutesArgs,
  type RoutesOutputs,
  routeOutputKeys,
  routesOutputKeys,
  type SubscriptionArgs,
  type SubscriptionOutputs,
  subscriptionOutputKeys,
} from "./types";

export type { ClusterArgs, ClusterInstance, Shape } from "./cluster";
export type * from "./types";

// The outputs are declared once, in the generated types: each class is merged with the interface of its own.

/** A peer of an instance. Needs nothing installed beside this package. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Node extends DynamicResource {
  constructor(name: string, args: NodeArgs, options?: CustomResourceOptions) {
    super("Node", name, secretly(args, ["authorization"]), nodeOutputKeys, options);
  }
}
export interface Node extends NodeOutputs {}

/** One edge: a table whose rows go between an instance and one of its explicit nodes. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Subscription extends DynamicResource {
  constructor(name: string, args: SubscriptionArgs, options?: CustomResourceOptions) {
    super("Subscription", name, secretly(args), subscriptionOutputKeys, options);
  }
}
export interface Subscription extends SubscriptionOutputs {}

/** One address that an instance dials when it starts. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Route extends DynamicResource {
  constructor(name: string, args: RouteArgs, options?: CustomResourceOptions) {
    super("Route", name, secretly(args), routeOutputKeys, options);
  }
}
export interface Route extends RouteOutputs {}

/** A wait until instances are connected as their Nodes and Subscriptions declare: `dependsOn` it to join in waves. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterReady extends DynamicResource {
  constructor(name: string, args: ClusterReadyArgs, options?: CustomResourceOptions) {
    super("ClusterReady", name, secretly(args), clusterReadyOutputKeys, options);
  }
}
export interface ClusterReady extends ClusterReadyOutputs {}

/** Instances and the shape of their cluster, made of Node, Subscription and Route resources. */
export class Cluster extends ClusterComponent {
  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super({ Node, Subscription, Route }, name, args, options);
  }
}
/** All routes of an instance, in their order. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Routes extends DynamicResource {
  constructor(name: string, args: RoutesArgs, options?: CustomResourceOptions) {
    super("Routes", name, secretly(args), routesOutputKeys, options);
  }
}
export interface Routes extends RoutesOutputs {}

/** All peers of an instance. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterConfiguration extends DynamicResource {
  constructor(name: string, args: ClusterConfigurationArgs, options?: CustomResourceOptions) {
    super("ClusterConfiguration", name, withSecretConnections(secretly(args)), clusterConfigurationOutputKeys, options);
  }
}
export interface ClusterConfiguration extends ClusterConfigurationOutputs {}
