import { type CustomResourceOptions, dynamic } from "@pulumi/pulumi";

import clusterConfigurationProvider = require("../provider/dynamic/cluster-configuration");
import nodeProvider = require("../provider/dynamic/node");
import routeProvider = require("../provider/dynamic/route");
import routesProvider = require("../provider/dynamic/routes");
import subscriptionProvider = require("../provider/dynamic/subscription");

import { origin, secretly, unset, withSecretConnections } from "./arguments";
import {
  type ClusterConfigurationArgs,
  type ClusterConfigurationOutputs,
  clusterConfigurationOutputKeys,
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
