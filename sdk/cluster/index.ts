import { ComponentResource, type ComponentResourceOptions, type Resource, ResourceError } from "@pulumi/pulumi";
import { joinsOf } from "../../topology/joins";
import type { Topology } from "../../topology/model";
import { meshesOf } from "../../topology/paths";
import { topologyOf } from "../../topology/shapes";
import type { ClusterArgs, Kit } from "./args";
import { edgesOf } from "./edges";
import { connectionsIn, instanceProblems, peerArgs } from "./instances";

export type { Shape } from "../../topology/shapes";
export type { ClusterArgs, ClusterInstance } from "./args";

type Made<K extends "Node" | "Subscription" | "Route"> = Record<string, InstanceType<Kit[K]>>;

/** What both front ends' Cluster is: Node, Subscription and Route resources with stable names. */
export class ClusterComponent extends ComponentResource {
  /** By who joins: `eu-1` for a member of a mesh, `us-1/eu-1` for a pair that exchanges tables. */
  readonly nodes: Made<"Node"> = {};
  /** By pair and table: `us-1/eu-1/shop/orders`. Edges of a mesh's members are in their Nodes. */
  readonly subscriptions: Made<"Subscription"> = {};
  /** By who dials whom: `eu-1/us-1`. */
  readonly routes: Made<"Route"> = {};

  constructor(kit: Kit, name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super("harper:index:Cluster", name, {}, options);
    const { topology, problems: ofShape } = topologyOf(placed(args), args.shape);
    const problems = [...instanceProblems(args), ...ofShape, ...routeProblems(args, topology)];
    if (problems.length > 0) throw new ResourceError(`Cluster "${name}": ${problems.join("; ")}`, this, true);
    this.make(kit, name, args, topology);
    this.registerOutputs({});
  }

  private make(kit: Kit, name: string, args: ClusterArgs, topology: Topology): void {
    const connections = connectionsIn(args);
    const provider = connections && kit.knowing?.(`${name}-instances`, connections, this);
    const isNamed = !connections || provider !== undefined;
    const targetOf = (instance: string) => (isNamed ? instance : connections?.[instance]);
    const options = (...dependsOn: Resource[]) => ({ parent: this, dependsOn, ...(provider ? { provider } : {}) });

    for (const { key, target, peer, flows, isShared, isThere, after } of joinsOf(topology)) {
      const before = after.map((other) => this.nodes[other] as Resource);
      const edges = edgesOf(flows ?? [], target);
      const way = isShared
        ? { subscriptions: edges, requireTables: args.requireTables }
        : flows
          ? { replicateByDefault: false }
          : {};
      const node = new kit.Node(
        `${name}/${key}`,
        {
          target: targetOf(target),
          ...peerArgs(peer, args, isNamed),
          ...way,
          ...(isThere ? { adopt: args.adopt ?? "always" } : {}),
        },
        options(...before),
      );
      this.nodes[key] = node;
      for (const edge of isShared ? [] : edges) {
        const path = `${key}/${edge.database}/${edge.table}`;
        const { adopt, activate, requireTables } = args;
        this.subscriptions[path] = new kit.Subscription(
          `${name}/${path}`,
          { target: targetOf(target), node: node.name, ...edge, adopt, activate, requireTables },
          options(),
        );
      }
    }
    for (const [instance, { routes = [] }] of Object.entries(args.instances))
      for (const other of routes) {
        const { hostname, url } = args.instances[other] ?? {};
        this.routes[`${instance}/${other}`] = new kit.Route(
          `${name}/${instance}/route/${other}`,
          { target: targetOf(instance), hostname, url, adopt: args.adopt },
          options(),
        );
      }
  }
}

const placed = ({ instances }: ClusterArgs) =>
  Object.fromEntries(Object.entries(instances).map(([name, { region }]) => [name, region ? { region } : {}]));

/** A route to who is not in the mesh would make it a full peer at the next start. */
function routeProblems({ instances }: ClusterArgs, topology: Topology): string[] {
  const meshes = meshesOf(topology);
  return Object.entries(instances).flatMap(([name, { routes = [] }]) =>
    routes
      .filter((other) => other in instances && !meshes.some((mesh) => mesh.includes(name) && mesh.includes(other)))
      .map(
        (other) =>
          `instances["${name}"].routes "${other}" is not in one mesh with it, and Harper replicates everything with who is dialled by a route`,
      ),
  );
}
