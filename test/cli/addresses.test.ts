import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { addressesFrom, availability, findFreeAddresses, requireAvailable } from "../../cli/cluster/addresses.js";

const servers = new Set<ReturnType<typeof createServer>>();
afterEach(async () => {
  for (const server of servers) await new Promise((done) => server.close(done));
  servers.clear();
});

async function listen(host: string, port: number) {
  const server = createServer();
  servers.add(server);
  await new Promise<void>((done) => server.listen({ host, port }, done));
}

test("addresses follow one another, over the end of a block too", () => {
  expect(addressesFrom("127.0.0.11", 3)).toEqual(["127.0.0.11", "127.0.0.12", "127.0.0.13"]);
  expect(addressesFrom("127.0.0.255", 2)).toEqual(["127.0.0.255", "127.0.1.0"]);
  expect(addressesFrom("127.0.0.11", 0)).toEqual([]);
});

test.each(["10.0.0.1", "127.0.0", "127.0.0.256", "127.0.0.x", "localhost", ""])(
  "%j is no loopback address",
  (first) => {
    expect(() => addressesFrom(first, 1)).toThrow("no loopback address");
  },
);

// Elsewhere an address needs an alias first.
describe.runIf(process.platform === "linux")("on this machine", () => {
  test("one taken port takes the address, and the text says the way out", async () => {
    const [first = "", second = ""] = await findFreeAddresses(2);
    expect(await availability(first)).toBe("free");
    await listen(first, 9933);
    expect(await availability(first)).toBe("taken");
    expect(await availability(second)).toBe("free");
    await expect(requireAvailable([first, second])).rejects.toThrow(
      new RegExp(`is taken on ${first.replaceAll(".", "\\.")}: .*--first-address auto`),
    );
    await expect(requireAvailable([second])).resolves.toBeUndefined();
  });
});
