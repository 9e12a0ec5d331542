import type { Instance } from "./instance";
import { authenticate } from "./security";

export interface Credentials {
  /** The value of an Authorization header. */
  header: string;
}

export interface Reaching {
  credentials?: Credentials | undefined;
  verifyTls: boolean;
}

export const urlOf = (hostname: unknown) => `wss://${hostname}:9933`;

const isAddress = (host: string) => /^\d+\.\d+\.\d+\.\d+$/.test(host);

/** The instance behind a replication URL as another one sees it, or the socket's error. */
export async function reach(
  from: Instance,
  url: string | undefined,
  { credentials, verifyTls }: Reaching,
): Promise<Instance> {
  if (url === undefined) throw new Error("Invalid URL");
  await from.cluster.pause();
  if (from.faults.peerError) throw new Error(from.faults.peerError);
  const { protocol, hostname, port } = new URL(url);
  if (!from.cluster.byHost(hostname) && !isAddress(hostname)) throw new Error(`getaddrinfo ENOTFOUND ${hostname}`);
  const target = from.cluster.answering(from, `wss://${hostname}:${port}`);
  if (!target) throw new Error(`connect ECONNREFUSED ${isAddress(hostname) ? hostname : "127.0.0.1"}:${port}`);
  if (protocol !== "wss:") throw new Error("socket hang up");
  if (isStale(from, target) || isStale(target, from)) throw new Error("Connection closed  1006");
  if (verifyTls && !trusts(from, target)) throw new Error("self-signed certificate in certificate chain");
  if (!isKnown(from, target) && !(credentials && authenticate(target, credentials.header).user)) {
    throw new Error("Connection closed Unauthorized 1008");
  }
  return target;
}

/** It knows the authority of an installation that was there before, by the same name: signatures do not verify. */
const isStale = (at: Instance, peer: Instance): boolean =>
  !at.trusted.has(peer.authority) &&
  [...at.trusted].some((one) => one !== peer.authority && one.split("#")[0] === peer.name);

/**
 * Whoever knows only the peer's own authority trusts it no more when a third one has signed its certificate since; unless
 * all of them were joined within half a second, for which 4.7.29 goes on trusting it.
 */
export function trusts(from: Instance, target: Instance): boolean {
  const isClose = from.cluster.joinsAreClose && from.trusted.has(target.authority);
  return from.trusted.has(target.certificate.issuer) || isClose;
}

/** A peer is let in without credentials by its certificate, or by an address that is a node's name. */
export function isKnown(peer: Instance, at: Instance): boolean {
  const byCertificate = at.trusted.has(peer.certificate.issuer);
  return at.nodes.has(peer.name) && (byCertificate || isAddress(peer.name));
}
