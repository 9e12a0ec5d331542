import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { queryObjects } from "node:v8";
import { Client } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { HarperClient } from "../../../provider/operations-api";
import { Transport } from "../../../provider/operations-api/transport";
import { makeCertificate } from "../../certificates";
import { listen } from "./secure-server";

/** A server that answers when it is let, and how many sockets it was ever dialled over. */
async function open() {
  let sockets = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => void waiting.push(() => response.end("{}")));
  server.on("connection", () => sockets++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = new Transport("us-1", { endpoint });
  onTestFinished(async () => {
    await transport.close();
    server.close();
  });
  const send = () => transport.send({ operation: "cluster_status", body: {}, timeoutMs: 5000 });
  /** So many requests at once, answered when all of them are there. */
  const together = async (count: number) => {
    const sent = Array.from({ length: count }, send);
    await expect.poll(() => waiting.length).toBe(count);
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(sent);
  };
  return { transport, server, send, together, sockets: () => sockets };
}

/** What undici has, after the garbage was collected. */
const clients = () => queryObjects(Client, { format: "count" });

test("there are as many sockets as there were requests at once, and they serve again", async () => {
  const { together, sockets } = await open();
  for (let times = 0; times < 3; times++) await together(1);
  expect(sockets()).toBe(1);
  for (let times = 0; times < 3; times++) await together(3);
  expect(sockets()).toBe(3);
});

test("what the server closes leaves nothing behind, and the next request has a socket of its own", async () => {
  const { server, together, sockets } = await open();
  await together(3);
  const before = clients();
  server.closeIdleConnections();
  await expect.poll(clients).toBeLessThanOrEqual(before - 3);
  await together(2);
  expect(sockets()).toBe(5);
});

test("a server that keeps no socket open is asked over another one each time", async () => {
  const { server, together, sockets } = await open();
  server.on("request", (_request, response) => response.setHeader("connection", "close"));
  const before = clients();
  for (let times = 0; times < 3; times++) await together(2);
  expect(sockets()).toBe(6);
  await expect.poll(clients).toBeLessThanOrEqual(before);
});

test("closed, it opens none, and ends what is under way", async () => {
  const { transport, send, together, sockets } = await open();
  await together(1);
  const underWay = Promise.allSettled([send(), send()]);
  await transport.close();
  const ended = [...(await underWay), ...(await Promise.allSettled([send(), send(), send()]))];
  expect(ended.map(({ status }) => status)).toEqual(ended.map(() => "rejected"));
  expect(sockets()).toBeLessThanOrEqual(2);
});

test("a socket that does not come about is given up with its request, and the next one has its own", {
  timeout: 5000,
}, async () => {
  const { server } = await listen(await makeCertificate("us-1"));
  let dialled = 0;
  // The first is taken, and never comes to speak TLS, as of an instance that starts.
  const front = createTcpServer((socket) => void (dialled++ > 0 && server.emit("connection", socket)));
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const transport = new Transport("us-1", { endpoint, insecureSkipTlsVerify: true });
  onTestFinished(async () => {
    await transport.close();
    front.close();
  });
  const send = (timeoutMs: number) => transport.send({ operation: "registration_info", body: {}, timeoutMs });
  await expect(send(200)).rejects.toMatchObject({ code: "timeout", problem: "no connection within 0.2 s" });
  expect(await send(3000)).toMatchObject({ status: 200 });
});

test("an instance that takes connections and says nothing is waited for once", async () => {
  let dialled = 0;
  const front = createTcpServer(() => void dialled++);
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const client = new HarperClient("us-1", { endpoint, timeoutSeconds: 0.6 });
  onTestFinished(async () => {
    await client.close();
    front.close();
  });
  await expect(client.clusterStatus()).rejects.toMatchObject({ code: "timeout" });
  expect(dialled).toBe(1);
});

test("an answer is waited for as long as is granted, and not as long as undici waits by itself", async () => {
  const { tick } = createRequire(__filename)("undici/lib/util/timers.js") as { tick(ms?: number): void };
  const { server, transport } = await open();
  const asked = once(server, "request");
  const sent = transport.send({ operation: "remove_node", body: {}, timeoutMs: 3_600_000 });
  const [, response] = (await asked) as [unknown, ServerResponse];
  // Undici's own clock; by itself it gives up after 300 s.
  tick();
  tick(400_000);
  response.end("{}");
  expect(await sent).toMatchObject({ status: 200 });
});
