import { type Input, output, secret } from "@pulumi/pulumi";
import type { Authorization, Connection, NodeArgs } from "../types";
import { connectionKeys } from "../types";
import type { ClusterArgs, ClusterInstance } from "./args";

/** The connections that the instances give themselves; undefined where they are those of `harper:instances`. */
export function connectionsIn({ instances }: ClusterArgs): Record<string, Connection> | undefined {
  const given = Object.entries(instances).filter(([, { endpoint }]) => endpoint !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map(([name, instance]) => [name, connectionOf(instance)]));
}

const connectionOf = (instance: ClusterInstance): Connection =>
  Object.fromEntries(
    connectionKeys.flatMap((key) => (instance[key] === undefined ? [] : [[key, instance[key]]])),
  ) as unknown as Connection;

/** What is wrong with the instances themselves, each with the path of what is wrong. */
export function instanceProblems({ instances }: ClusterArgs): string[] {
  const given = Object.entries(instances);
  const bare = given.filter(([, { endpoint }]) => endpoint === undefined).map(([name]) => name);
  const isMixed = bare.length > 0 && bare.length < given.length;
  return [
    ...(isMixed
      ? [`instances["${bare[0]}"].endpoint is missing: all give theirs, or none and all are in harper:instances`]
      : []),
    ...given.flatMap(([name, { hostname, url, routes = [] }]) => [
      ...(hostname === undefined && url === undefined ? [`instances["${name}"].hostname is required, or url`] : []),
      ...routes
        .filter((other) => !(other in instances) || other === name)
        .map((other) => `instances["${name}"].routes "${other}" is no other instance of the cluster`),
    ]),
  ];
}

/** How a Node says who its peer is, and how it is joined. */
export function peerArgs(
  peer: string,
  { instances, verifyTls, adopt, activate }: ClusterArgs,
  isNamed: boolean,
): NodeArgs {
  const { hostname, url, shard, revokedCertificates, startTime, authorization, username, password, token, ...own } =
    instances[peer] as ClusterInstance;
  return {
    ...(isNamed ? { peer } : {}),
    hostname,
    url,
    shard,
    revokedCertificates,
    startTime,
    adopt,
    activate,
    verifyTls: own.verifyTls ?? verifyTls,
    authorization: authorization ?? (isNamed ? undefined : authorizationOf({ username, password, token })),
  };
}

function authorizationOf({
  username,
  password,
  token,
}: Partial<Connection>): Input<Authorization | string> | undefined {
  if (token !== undefined) return secret(output(token).apply((text) => `Bearer ${text}`));
  return username === undefined ? undefined : { username, password: password ?? "" };
}
