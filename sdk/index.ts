import { type ComponentResourceOptions, type CustomResourceOptions, dynamic } from "@pulumi/pulumi";

import clusterReadyProvider = require("../provider/dynamic/cluster-ready");
import clusterConfigurationProvider = require("../provider/dynamic/cluster-configuration");
import nodeProvider = require("../provider/dynamic/node");
import routeProvider = require("../provider/dynamic/route");
import routesProvider = require("../provider/dynamic/routes");
import subscriptionProvider = require("../provider/dynamic/subscription");

import { origin, secretly, unset, withSecretConnections } from "./arguments";
import { type ClusterArgs, ClusterComponent } from "./cluster";
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
export class Node extends dynamic.Resource {
  constructor(name: string, args: NodeArgs, options?: CustomResourceOptions) {
    super(
      nodeProvider,
      name,
      { ...unset(nodeOutputKeys), ...origin("Node", name), ...secretly(args, ["authorization"]) },
      options,
      "harper",
      "Node",
    );
  }
}
export interface Node extends NodeOutputs {}

/** One edge: a table whose rows go between an instance and one of its explicit nodes. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Subscription extends dynamic.Resource {
  constructor(name: string, args: SubscriptionArgs, options?: CustomResourceOptions) {
    super(
      subscriptionProvider,
      name,
      { ...unset(subscriptionOutputKeys), ...origin("Subscription", name), ...secretly(args) },
      options,
      "harper",
      "Subscription",
    );
  }
}
export interface Subscription extends SubscriptionOutputs {}

/** One address that an instance dials when it starts. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Route extends dynamic.Resource {
  constructor(name: string, args: RouteArgs, options?: CustomResourceOptions) {
    super(
      routeProvider,
      name,
      { ...unset(routeOutputKeys), ...origin("Route", name), ...secretly(args) },
      options,
      "harper",
      "Route",
    );
  }
}
export interface Route extends RouteOutputs {}

/** A wait until instances are connected as their Nodes and Subscriptions declare: `dependsOn` it to join in waves. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterReady extends dynamic.Resource {
  constructor(name: string, args: ClusterReadyArgs, options?: CustomResourceOptions) {
    super(
      clusterReadyProvider,
      name,
      { ...unset(clusterReadyOutputKeys), ...origin("ClusterReady", name), ...secretly(args) },
      options,
      "harper",
      "ClusterReady",
    );
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
export class Routes extends dynamic.Resource {
  constructor(name: string, args: RoutesArgs, options?: CustomResourceOptions) {
    super(
      routesProvider,
      name,
      { ...unset(routesOutputKeys), ...origin("Routes", name), ...secretly(args) },
      options,
      "harper",
      "Routes",
    );
  }
}
export interface Routes extends RoutesOutputs {}

/** All peers of an instance. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterConfiguration extends dynamic.Resource {
  constructor(name: string, args: ClusterConfigurationArgs, options?: CustomResourceOptions) {
    super(
      clusterConfigurationProvider,
      name,
      {
        ...unset(clusterConfigurationOutputKeys),
        ...origin("ClusterConfiguration", name),
        ...withSecretConnections(secretly(args)),
      },
      options,
      "harper",
      "ClusterConfiguration",
    );
  }
}
export interface ClusterConfiguration extends ClusterConfigurationOutputs {}
