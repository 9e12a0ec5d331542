import { type buildConnector, Client, errors } from "undici";
import { retryAfterIn } from "./backoff";
import type { Connection } from "./connection";
import { connectorOf } from "./connector";
import { readEndpoint } from "./endpoint";
import { HarperError } from "./errors";
import { codeOf, explainFault } from "./faults";
import { basic, credentialsIn, credentialsOf, Secrets } from "./redaction";

/** What a request needs beyond its body. `signal` cancels it. */
export interface SendOptions {
  operation: string;
  body: Record<string, unknown>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** That it did not happen is certain then. */
  isRead?: boolean;
}

/** One HTTP answer of the operations API. */
export interface Answer {
  status: number;
  body: unknown;
  /** How long it asks to be left alone. */
  retryAfterMs?: number | undefined;
}

/** POSTs JSON to one endpoint over sockets of its own, as many as there are requests at once. Throws HarperError for whatever is not an answer. */
export class Transport {
  // Private in earnest: whoever prints a client prints no credentials.
  readonly #connect: buildConnector.connector;
  /** Of one socket each; they go when it goes. */
  readonly #clients = new Set<Client>();
  /** Those whose socket came about. */
  readonly #connected = new WeakSet<Client>();
  readonly #idle: Client[] = [];
  private isClosed = false;
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  private readonly instance: string;
  readonly #connection: Connection;
  private hasAnswered = false;
  private alert: unknown;
  /** All that was ever sent there. */
  readonly secrets = new Secrets();

  constructor(instance: string, connection: Connection) {
    const { endpoint, username, password, token } = connection;
    this.instance = instance;
    this.#connection = connection;
    this.secrets.add(credentialsOf(connection));
    this.#connect = connectorOf(connection, (alert) => {
      this.alert = alert;
    });
    this.#origin = readEndpoint(endpoint).origin;
    this.#headers = { "content-type": "application/json" };
    if (token) this.#headers.authorization = `Bearer ${token}`;
    else if (username) this.#headers.authorization = `Basic ${basic(username, password)}`;
  }

  async send(options: SendOptions): Promise<Answer> {
    const { operation, body, timeoutMs, signal } = options;
    const limit = limited(timeoutMs, signal);
    this.secrets.add(credentialsIn(body));
    // The one that was busy last: sockets that are not needed all the time time out.
    const client = this.#idle.pop() ?? this.open();
    // undici gives up a request only when its socket is there, or is not after 10 s.
    limit.signal.addEventListener("abort", () => this.discard(client, limit.signal.reason), { once: true });
    try {
      const response = await client.request({
        path: "/",
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify({ operation, ...body }),
        signal: limit.signal,
      });
      const text = await response.body.text();
      this.#idle.push(client);
      this.hasAnswered = true;
      this.alert = undefined;
      const retryAfterMs = retryAfterIn(response.headers["retry-after"], Date.now());
      return { status: response.statusCode, body: parse(text), retryAfterMs };
    } catch (cause) {
      this.discard(client);
      throw this.fault(this.secrets.hideIn(cause), options, this.#connected.has(client));
    } finally {
      limit.clear();
    }
  }

  /** Ends the sockets; requests under way are given up. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.#clients].map((client) => client.destroy()));
  }

  private open(): Client {
    // How long an answer may take is for us to say.
    const client = new Client(this.#origin, { connect: this.#connect, headersTimeout: 0, bodyTimeout: 0 });
    this.#clients.add(client);
    client.on("connect", () => void this.#connected.add(client));
    client.on("disconnect", () => {
      const place = this.#idle.indexOf(client);
      if (place < 0) return;
      this.#idle.splice(place, 1);
      this.discard(client);
    });
    if (this.isClosed) void client.destroy();
    return client;
  }

  /** What went wrong on its socket, or was given up there, is nothing that the next request is to wait for. */
  private discard(client: Client, reason?: Error): void {
    this.#clients.delete(client);
    void client.destroy(reason ?? null);
  }

  private fault(
    cause: unknown,
    { operation, timeoutMs, signal, isRead }: SendOptions,
    hasConnected: boolean,
  ): HarperError {
    const instance = this.instance;
    if (signal?.aborted) return new HarperError("cancelled", { operation, instance, problem: "cancelled", cause });
    if (cause instanceof Error && cause.name === "TimeoutError")
      return new HarperError("timeout", {
        operation,
        instance,
        problem: `${hasConnected ? "no answer" : "no connection"} within ${timeoutMs / 1000} s`,
        cause: hasConnected ? cause : new errors.ConnectTimeoutError(cause.message),
        ...(isRead && { advice: "See that the instance is well, or raise its timeoutSeconds." }),
      });
    const { hasAnswered, alert } = this;
    const known = { connection: this.#connection, hasAnswered, alert };
    return new HarperError(...explainFault(cause, { operation, instance }, known));
  }
}

/** A signal that ends with another one, or in time. Not `AbortSignal.timeout`, whose timer outlives what it was for. */
function limited(ms: number, signal: AbortSignal | undefined) {
  const limit = new AbortController();
  const stop = () => limit.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => limit.abort(new DOMException("the time is up", "TimeoutError")), ms);
  const clear = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  };
  return { signal: limit.signal, clear };
}

/** Whether the time ran out before anything was sent. */
export const neverConnected = ({ cause }: HarperError): boolean => codeOf(cause) === "UND_ERR_CONNECT_TIMEOUT";

/** Whether no connection came about, so that nothing was sent. */
export const neverSent = ({ cause }: HarperError): boolean =>
  unsent.test(codeOf(cause)) ||
  ["connect", "getaddrinfo"].includes((cause as { syscall?: string } | undefined)?.syscall ?? "");

/** Whether it may be restarting: nothing connected, or the connection broke. What is no HTTP is something else. */
export const isAway = (error: HarperError): boolean => neverSent(error) || broken.test(codeOf(error.cause));

const broken = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/;
const unsent = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The parsed answer; what is no JSON stays text, so that a proxy's error page can be quoted. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
