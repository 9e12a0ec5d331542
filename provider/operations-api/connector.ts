import type { TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import type { Connection } from "./connection";
import { distrust } from "./distrust";
import { readEndpoint } from "./endpoint";

/**
 * Opens the sockets of one connection. What comes out of it is trusted: nothing is sent before, and each socket is verified
 * by itself, as sessions are not resumed (on a resumed one, Node looks at no names). `onAlert` is told why a socket broke,
 * as when the other end refuses the client only then.
 */
export function connectorOf(connection: Connection, onAlert: (alert: Error) => void): buildConnector.connector {
  const { caCertificate, clientCertificate, clientKey } = connection;
  const { socketPath } = readEndpoint(connection.endpoint);
  if (socketPath) return buildConnector({ path: socketPath });
  const connect = buildConnector({
    ...(caCertificate && { ca: caCertificate }),
    ...(clientCertificate && { cert: clientCertificate }),
    ...(clientKey && { key: clientKey }),
    maxCachedSessions: 0,
    // Node verifies all the same and says what it found; `distrust` refuses, by what Node would have refused.
    rejectUnauthorized: false,
  });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      const refusal =
        options.protocol === "https:" ? distrust(socket as TLSSocket, options.hostname, connection) : undefined;
      if (refusal) {
        socket.destroy();
        return callback(refusal, null);
      }
      // undici takes the end that follows for the reason.
      socket.once("error", onAlert);
      callback(null, socket);
    });
}
