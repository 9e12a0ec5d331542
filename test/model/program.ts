import type { State } from "../../provider/resource";
import type { resources } from "../../provider/resources";
import { authorizationOf, type World } from "../lifecycle/world";
import { calledIn, endsOf, type Join, type Member, type Pair, pairs, type Topology } from "./topology";

export type TypeName = keyof typeof resources;

/** One resource of a program. `inputs` may use outputs of those it comes after. */
export interface Declaration {
  urn: string;
  type: TypeName;
  after: string[];
  inputs: (outputs: (urn: string) => Partial<State>) => Record<string, unknown>;
  /** For import. */
  id: string;
}

/** The program that declares a topology. */
export function programOf(topology: Topology, world: World): Declaration[] {
  const joined = pairs.flatMap((pair) => {
    const join = topology.joins[pair];
    return join ? declarationsOf(pair, join, topology, world) : [];
  });
  const routes = topology.routes.map(({ at, address, renamed }): Declaration => {
    return {
      urn: `Route ${at} ${address} ${renamed}`,
      type: "Route",
      after: [],
      inputs: () => ({ target: calledIn(topology, at), url: address }),
      id: `${world.instances[at].reports}/${address}`,
    };
  });
  return [...joined, ...routes];
}

function declarationsOf(pair: Pair, join: Join, topology: Topology, world: World): Declaration[] {
  const { way, edges, renamed } = join;
  const [own, other] = endsOf(pair, join);
  const target = calledIn(topology, own);
  const [reports, peer] = [world.instances[own].reports, world.instances[other].reports];
  const urn = `Node ${own} ${other} ${renamed}`;
  const node: Declaration = {
    urn,
    type: "Node",
    after: [],
    inputs: () => ({
      target,
      ...addressOf(join, peer),
      ...credentialsOf(join, topology, other, world),
      ...(join.revoked.length > 0 && { revokedCertificates: join.revoked }),
      ...(way === "inline" && { subscriptions: edges }),
      ...(way === "explicit" && { replicateByDefault: false }),
    }),
    id: `${reports}/${peer}${way === "explicit" ? "/explicit" : ""}`,
  };
  if (way !== "explicit") return [node];
  const subscriptions = edges.map((edge): Declaration => {
    return {
      urn: `Subscription ${own} ${other} ${edge.database}.${edge.table} ${renamed}`,
      type: "Subscription",
      after: [urn],
      inputs: (outputs) => ({ target, node: outputs(urn).name, ...edge }),
      id: `${reports}/${peer}/${edge.database}/${edge.table}`,
    };
  });
  return [node, ...subscriptions];
}

function addressOf({ spelling }: Join, peer: string) {
  if (spelling === "url") return { url: `wss://${peer}:9933` };
  return { hostname: spelling === "capitals" ? peer.toUpperCase() : peer };
}

function credentialsOf({ credentials }: Join, topology: Topology, other: Member, world: World) {
  const known =
    credentials === "peer"
      ? { peer: calledIn(topology, other) }
      : { authorization: authorizationOf(world.instances[other].connection) };
  return { verifyTls: false, ...known };
}
