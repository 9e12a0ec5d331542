import { createServer } from "node:net";
import { Failure, Misuse } from "../failure.js";
import { ports } from "./cluster.js";

/** `count` addresses one after another. */
export function addressesFrom(first: string, count: number): string[] {
  const bytes = first.split(".").map(Number);
  const valid =
    bytes.length === 4 && bytes[0] === 127 && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  if (!valid) throw new Misuse(`${first} is no loopback address: one like 127.0.0.11 is wanted`);
  const start = bytes.reduce((number, byte) => number * 256 + byte, 0);
  return Array.from({ length: count }, (_, i) => {
    const number = start + i;
    return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join(".");
  });
}

export type Availability = "free" | "taken" | "missing";

/** Whether an instance could listen on `address`. */
export async function availability(address: string): Promise<Availability> {
  const found = await Promise.all(Object.values(ports).map((port) => tryToListen(address, port)));
  return found.find((answer) => answer !== "free") ?? "free";
}

function tryToListen(address: string, port: number): Promise<Availability> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve("taken");
      else if (error.code === "EADDRNOTAVAIL") resolve("missing");
      else reject(error);
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve("free")));
  });
}

/** A block of free addresses; it starts looking at a random place, so that clones starting at once do not meet. */
export async function findFreeAddresses(count: number): Promise<string[]> {
  const start = Math.floor(Math.random() * 250);
  for (let i = 0; i < 250; i++) {
    const block = addressesFrom(`127.0.${1 + ((start + i) % 250)}.1`, count);
    const found = await Promise.all(block.map(availability));
    if (found.every((answer) => answer === "free")) return block;
    // Where addresses need an alias, those of the default are the ones a user makes.
    if (found.includes("missing")) return addressesFrom("127.0.0.11", count);
  }
  throw new Failure("no free loopback addresses were found between 127.0.1.1 and 127.0.250.1");
}

/** Says in one line what keeps instances from listening on these addresses. */
export async function requireAvailable(addresses: readonly string[]): Promise<void> {
  const found = await Promise.all(addresses.map(async (address) => ({ address, is: await availability(address) })));
  const missing = found.filter(({ is }) => is === "missing").map(({ address }) => address);
  if (missing.length > 0) {
    const commands = missing.map((address) => `sudo ifconfig lo0 alias ${address} up`).join("; ");
    throw new Failure(`this machine has no ${missing.join(", ")}. Add it for as long as it runs: ${commands}`);
  }
  const taken = found.filter(({ is }) => is === "taken").map(({ address }) => address);
  if (taken.length > 0) {
    throw new Failure(
      `a port (${Object.values(ports).join(", ")}) is taken on ${taken.join(", ")}: ` +
        "stop what listens there (pulumi-harper cluster down in its project), or choose others with --first-address auto",
    );
  }
}
