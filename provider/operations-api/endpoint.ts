/** Where an operations API is, as the text of `endpoint` says. */
export interface Endpoint {
  /** The same for all spellings of one place. */
  key: string;
  /** What an instance that has no other name is called. */
  name: string;
  /** For HTTP; of a domain socket it is only a word. */
  origin: string;
  /** The domain socket's file. */
  socketPath: string | undefined;
  isTls: boolean;
  /** Whether what is sent there stays on this machine. */
  isLocal: boolean;
}

/** What the kernel takes: 108 bytes on Linux with the one that ends it. */
const longestSocketPath = 107;

/** Reads an endpoint. Throws where `endpointProblem` finds one. */
export function readEndpoint(text: string): Endpoint {
  const { protocol, origin, host, hostname, pathname } = new URL(text);
  if (protocol === "unix:") {
    const socketPath = decodeURIComponent(pathname);
    const name = `unix://${socketPath}`;
    return { key: name, name, origin: "http://localhost", socketPath, isTls: false, isLocal: true };
  }
  const isLocal = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return { key: origin, name: host, origin, socketPath: undefined, isTls: protocol === "https:", isLocal };
}

/** Why a text is no endpoint; undefined where it is one. */
export function endpointProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be a URL such as https://us-1.example.com:9925";
  const url = new URL(text);
  if (url.username || url.password) return "must not carry credentials: use username and password";
  if (url.protocol === "unix:") return socketProblem(url);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must start with https://, http:// or unix://";
  if (url.pathname !== "/" || url.search || url.hash)
    return "must be only scheme, host and port: the operations API is at /";
  return undefined;
}

function socketProblem({ host, pathname, search, hash }: URL): string | undefined {
  if (host || !/^\/./.test(pathname) || search || hash)
    return "must be unix:// and the socket's absolute path, such as unix:///home/harper/hdb/operations-server";
  const path = decoded(pathname);
  if (path === undefined || path.includes("\0")) return "must be the path of a file: % is written %25";
  if (Buffer.byteLength(path) > longestSocketPath)
    return `is too long: the path of a socket may have ${longestSocketPath} bytes (operationsApi.network.domainSocket can be set to a shorter one)`;
  return undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
