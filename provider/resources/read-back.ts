import type { LastRead } from "../audit";
import { addressOf, type Edge, edgeIn, edgeKey, type NodeRow } from "../operations-api";
import type { Context } from "../resource";

/** The records that two ends have of each other, as they were read last; nothing is asked. Of an edge, that alone. */
export function recordsRead(
  own: string | undefined,
  peer: string,
  { at, instances }: Pick<Context, "at" | "instances">,
  edge?: Pick<Edge, "database" | "table">,
): LastRead[] {
  const here = own === undefined ? at.client.lastRead.nodeName : own;
  if (here === undefined) return [{ end: at.name, what: recordOf(peer, edge) }];
  return [
    recordRead(here, peer, instances.reported(here), edge),
    recordRead(peer, here, instances.reported(peer), edge),
  ];
}

function recordRead(
  end: string,
  of: string,
  instance: Context["at"] | undefined,
  edge?: Pick<Edge, "database" | "table">,
): LastRead {
  const { answer, askedAt } = instance?.client.lastRead.nodes ?? {};
  const row = answer?.find(({ name }) => name === of);
  const found = row && (edge ? edgeIn(row, edge) : recordIn(row));
  return { end: instance?.name ?? end, what: recordOf(of, edge), readAt: askedAt, found };
}

const recordOf = (name: string, edge?: Pick<Edge, "database" | "table">) =>
  edge ? `edge ${edgeKey(edge)} in the record of ${name}` : `record of ${name}`;

const recordIn = ({ name, url, full, subscriptions, shard, revokedCertificates }: NodeRow) => ({
  name,
  url,
  full,
  subscriptions,
  ...(shard !== undefined && { shard }),
  ...(revokedCertificates.length > 0 && { revokedCertificates }),
});

/** The routes in the configuration file, as they were read last: one of them, or all. */
export function routesRead({ at }: Pick<Context, "at">, address?: string): LastRead[] {
  const { answer, askedAt } = at.client.lastRead.routes ?? {};
  const addresses = answer?.map((route) => addressOf(route) ?? "a route of another form");
  if (address === undefined) return [{ end: at.name, what: "routes", readAt: askedAt, found: addresses }];
  const found = addresses?.find((one) => one === address);
  return [{ end: at.name, what: `route ${address}`, readAt: askedAt, found }];
}
