import type { Connection } from "./connection";
import { Distrust } from "./distrust";
import { readEndpoint } from "./endpoint";
import type { ErrorCode, HarperErrorDetails } from "./errors";

type Call = Pick<HarperErrorDetails, "operation" | "instance">;
/** `HarperError`'s arguments. */
type Fault = [code: ErrorCode, details: HarperErrorDetails];

/** The code of a failed connection or of Node's TLS; empty where it has none. */
export const codeOf = (cause: unknown): string => (cause as { code?: string } | null)?.code ?? "";

/** What is known of the one that did not answer. */
interface Circumstances {
  connection: Connection;
  /** Whether it ever did. */
  hasAnswered: boolean;
  /** What went wrong last with one of its sockets. */
  alert: unknown;
}

/** What it means that no answer came, and what to do about it. */
export function explainFault(cause: unknown, call: Call, { connection, hasAnswered, alert }: Circumstances): Fault {
  const fault = (code: ErrorCode, problem: string, advice?: string): Fault => [
    code,
    { ...call, problem, cause, ...(advice && { advice }) },
  ];
  if (cause instanceof Distrust) return fault("tls", cause.message, cause.advice);
  const { isTls, socketPath } = readEndpoint(connection.endpoint);
  const isHungUp = hungUp.test(codeOf(cause));
  const code = codeOf(isHungUp && clientAlert.test(codeOf(alert)) ? alert : cause);
  const said = (cause instanceof Error ? cause.message || code : String(cause)) || "the connection failed";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return fault("timeout", said);
  if (noTls.test(code)) return fault("tls", "what listens there does not speak TLS", "Check the port of the endpoint.");
  if (clientAlert.test(code))
    return connection.clientCertificate
      ? fault("tls", `it does not accept the client certificate (${code})`, trust)
      : fault("tls", "it asks for a client certificate", `Give clientCertificate and clientKey. ${trust}`);
  if (tls.test(code)) return fault("tls", said);
  if (socketPath) return fault("unreachable", said, socketAdvice(code));
  if (isHungUp && !hasAnswered) return fault("unreachable", `it hung up (${said})`, hangUpAdvice(isTls, connection));
  return fault("unreachable", said);
}

const tls = /CERT|^ERR_(TLS|SSL)|^EPROTO/;
const noTls = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/;
/** What a server says of the certificate it was shown, or of none. */
const clientAlert = /^ERR_SSL_.*_ALERT_(CERTIFICATE_\w+|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)$/;
const hungUp = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/;
const trust =
  "The instance has to know the authority that signed it, and logs in by its common name or `http.mtls.user`.";

/** Of one that hangs up without a word before it has ever answered. */
function hangUpAdvice(isTls: boolean, { clientCertificate }: Connection): string {
  if (!isTls)
    return "See that the instance is well. Where that port speaks TLS only, the endpoint starts with https://.";
  if (clientCertificate) return `It may not accept the client certificate. ${trust}`;
  return "See that the instance is well. Where it asks for a client certificate, give clientCertificate and clientKey.";
}

function socketAdvice(code: string): string {
  if (code === "EACCES") return "This user may not write to the socket: run as the one that runs Harper.";
  return "Check that Harper runs on this machine, and that its operationsApi.network.domainSocket is that file.";
}
