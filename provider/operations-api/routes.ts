/** Where a node can be dialled, in the one form in which addresses are compared: `wss://host:port`. */

/** Harper's default port for replication. */
export const defaultReplicationPort = 9933;

/** A route as Harper keeps it: a URL, or an object that may carry more than we know. */
export type WireRoute =
  | string
  | (Record<string, unknown> & { hostname?: unknown; host?: unknown; port?: unknown; url?: unknown });

/** The comparable form of a route; undefined where it is not an address at all. */
export function addressOf(route: WireRoute): string | undefined {
  if (typeof route === "string") return normalise(route);
  // A list that was written by hand may have empty entries.
  if (typeof route !== "object" || route === null) return undefined;
  if (typeof route.url === "string") return normalise(route.url);
  const host = route.hostname ?? route.host;
  const port = route.port ?? defaultReplicationPort;
  if (typeof host !== "string" || host === "" || typeof port === "object") return undefined;
  return normalise(`wss://${bracketed(host)}:${port}`);
}

/** Why a text is not the address of a peer, in the form in which one is declared; undefined where it is. */
export function urlProblem(text: string): string | undefined {
  if (!/^wss?:\/\//i.test(text) || !URL.canParse(text)) return "must be wss://host:port";
  const url = new URL(text);
  if (url.username || url.password) return "must not carry credentials";
  if ((url.pathname !== "/" && url.pathname !== "") || url.search || url.hash)
    return "must be wss://host:port, without a path";
  // What a parser of URLs reads past: white space, an empty path or query, a backslash.
  return /^wss?:\/\/[^\s/\\?#@]+\/?$/i.test(text) && url.port !== "0" ? undefined : "must be wss://host:port";
}

/** The same for a host. */
export const hostProblem = (hostname: string): string | undefined =>
  /[/\\@?#\s]/.test(hostname) || !addressOf({ hostname }) ? "must be a host, without scheme, port or path" : undefined;

/** `eu-1`, 9933 → `wss://eu-1:9933`; IPv6 hosts get their brackets. */
export const replicationUrl = (hostname: string, port = defaultReplicationPort): string =>
  `wss://${bracketed(hostname)}:${port}`;

/** How a peer is declared that is dialled at an address: by its host alone on Harper's default port. */
export function declaredAddress(address: string): { hostname: string } | { url: string } {
  const host = hostOf(address);
  const isDefault = host !== undefined && addressOf({ hostname: host }) === addressOf(address);
  return isDefault ? { hostname: host } : { url: address };
}

/** Host of a replication URL, without brackets. */
export const hostOf = (url: string): string | undefined =>
  URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : undefined;

/** A text with no user and password in its URLs. */
export const withoutUserinfo = (text: string, instead = "[secret]@"): string =>
  text.replace(/\/\/[^\s/"'<>]+@/g, `//${instead}`);

const bracketed = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);

function normalise(text: string): string | undefined {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `wss://${text}`;
  if (!URL.canParse(withScheme)) return undefined;
  const url = new URL(withScheme);
  if (url.protocol !== "ws:" && url.protocol !== "wss:") return undefined;
  const port = url.port || (url.protocol === "wss:" ? "443" : "80");
  return `${url.protocol}//${url.hostname}:${port}`;
}
