import {
  type ComponentResourceOptions,
  Config,
  CustomResource,
  type CustomResourceOptions,
  type ID,
  type Input,
  ProviderResource,
  type Resource,
  type ResourceOptions,
} from "@pulumi/pulumi";
import { secretly, unset, withSecretConnections } from "./arguments";
import { type ClusterArgs, ClusterComponent } from "./cluster";
import { asText, pluginOptions, version } from "./plugin";
import {
  type ClusterConfigurationArgs,
  type ClusterConfigurationOutputs,
  type ClusterReadyArgs,
  type ClusterReadyOutputs,
  clusterConfigurationOutputKeys,
  clusterConfigurationPropertyKeys,
  clusterReadyOutputKeys,
  type NodeArgs,
  type NodeOutputs,
  nodeOutputKeys,
  nodePropertyKeys,
  type ProviderArgs,
  type RouteArgs,
  type RouteOutputs,
  type RoutesArgs,
  type RoutesOutputs,
  routeOutputKeys,
  routePropertyKeys,
  routesOutputKeys,
  routesPropertyKeys,
  type SubscriptionArgs,
  type SubscriptionOutputs,
  subscriptionOutputKeys,
  subscriptionPropertyKeys,
} from "./types";

export type { ClusterArgs, ClusterInstance, Shape } from "./cluster";
export * from "./functions";
export type * from "./types";

// The same classes as in index.ts, served by the plugin. Each outputs are declared once, in the generated types.

/** A peer of an instance. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Node extends CustomResource {
  /** Reads one that is there, by its id: `us-1/eu-1`. It is not managed, and fails where it is not there. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Node {
    return new Node(name, unset(nodePropertyKeys) as NodeArgs, { ...options, id });
  }

  constructor(name: string, args: NodeArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(nodeOutputKeys), ...secretly(args, ["authorization"]) };
    super("harper:index:Node", name, inputs, pluginOptions("Node", name, options));
  }
}
export interface Node extends NodeOutputs {}

/** One edge: a table whose rows go between an instance and one of its explicit nodes. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Subscription extends CustomResource {
  /** Reads one that is there, by its id: `us-1/eu-1/shop/orders`. It is not managed, and fails where it is not there. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Subscription {
    return new Subscription(name, unset(subscriptionPropertyKeys) as unknown as SubscriptionArgs, { ...options, id });
  }

  constructor(name: string, args: SubscriptionArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(subscriptionOutputKeys), ...secretly(args) };
    super("harper:index:Subscription", name, inputs, pluginOptions("Subscription", name, options));
  }
}
export interface Subscription extends SubscriptionOutputs {}

/** One address that an instance dials when it starts. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Route extends CustomResource {
  /** Reads one that is there, by its id: `eu-1/wss://us-1:9933`. It is not managed, and fails where it is not there. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Route {
    return new Route(name, unset(routePropertyKeys) as RouteArgs, { ...options, id });
  }

  constructor(name: string, args: RouteArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(routeOutputKeys), ...secretly(args) };
    super("harper:index:Route", name, inputs, pluginOptions("Route", name, options));
  }
}
export interface Route extends RouteOutputs {}

/** A wait until instances are connected as their Nodes and Subscriptions declare: `dependsOn` it to join in waves. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterReady extends CustomResource {
  constructor(name: string, args: ClusterReadyArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(clusterReadyOutputKeys), ...secretly(args) };
    super("harper:index:ClusterReady", name, inputs, pluginOptions("ClusterReady", name, options));
  }
}
export interface ClusterReady extends ClusterReadyOutputs {}
/** All routes of an instance, in their order. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class Routes extends CustomResource {
  /** Reads the list that is there, by its id: `eu-1/routes`. It is not managed. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Routes {
    return new Routes(name, unset(routesPropertyKeys) as unknown as RoutesArgs, { ...options, id });
  }

  constructor(name: string, args: RoutesArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(routesOutputKeys), ...secretly(args) };
    super("harper:index:Routes", name, inputs, pluginOptions("Routes", name, options));
  }
}
export interface Routes extends RoutesOutputs {}

/** All peers of an instance. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Pulumi sets every output when it constructs the resource
export class ClusterConfiguration extends CustomResource {
  /** Reads all that are there, by its id: `us-1/configuration`. It is not managed. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): ClusterConfiguration {
    const inputs = unset(clusterConfigurationPropertyKeys) as unknown as ClusterConfigurationArgs;
    return new ClusterConfiguration(name, inputs, { ...options, id });
  }

  constructor(name: string, args: ClusterConfigurationArgs, options?: CustomResourceOptions) {
    const inputs = { ...unset(clusterConfigurationOutputKeys), ...withSecretConnections(secretly(args)) };
    super("harper:index:ClusterConfiguration", name, inputs, pluginOptions("ClusterConfiguration", name, options));
  }
}
export interface ClusterConfiguration extends ClusterConfigurationOutputs {}

/** The provider with settings of its own, for `new Node(..., { provider })`. One may know many instances. */
export class Provider extends ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, options?: ResourceOptions) {
    super("harper", name, asText(args), { version, ...options });
  }
}

/** Instances and the shape of their cluster, made of Node, Subscription and Route resources. */
export class Cluster extends ClusterComponent {
  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    // A provider of its own has none of the stack's settings; what is called is logged all the same.
    const auditLog = new Config("harper").get("auditLog");
    const knowing = (of: string, instances: ProviderArgs["instances"], parent: Resource) =>
      new Provider(of, { instances, auditLog }, { parent });
    super({ Node, Subscription, Route, knowing }, name, args, options);
  }
}
