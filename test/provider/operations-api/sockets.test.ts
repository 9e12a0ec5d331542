import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Transport } from "../../../provider/operations-api/transport";

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
  return { transport, send, together, sockets: () => sockets };
}

test("there are as many sockets as there were requests at once, and they serve again", async () => {
  const { together, sockets } = await open();
  for (let times = 0; times < 3; times++) await together(1);
  expect(sockets()).toBe(1);
  for (let times = 0; times < 3; times++) await together(3);
  expect(sockets()).toBe(3);
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
