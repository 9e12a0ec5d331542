import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";

const body = '{"version":"4.7.29"}';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Listens until the test ends. Answers any request, and keeps every byte that reaches it through TLS. */
export async function listen(options: TlsOptions) {
  const received: string[] = [];
  const sockets: TLSSocket[] = [];
  const resumed: boolean[] = [];
  const server = createServer(options, (socket) => {
    sockets.push(socket);
    resumed.push(socket.isSessionReused());
    let request = "";
    socket.on("error", () => {}).setEncoding("utf8");
    socket.on("data", (text: string) => {
      received.push(text);
      request += text;
      if (!request.endsWith("}")) return;
      request = "";
      socket.write(answer);
    });
  });
  // What a peer that is refused makes of it is not of interest.
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    sockets,
    /** Of each socket, whether it went on with the session of an earlier one. */
    resumed,
    endpoint: `https://127.0.0.1:${port}`,
    /** Everything, in clear. */
    received: () => received.join(""),
  };
}
