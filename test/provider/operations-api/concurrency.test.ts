import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings } from "../../../provider/config";
import { Instances } from "../../../provider/instances";
import { asBegun, type HarperError } from "../../../provider/operations-api";

/** Instances that answer whatever they are asked with their version, some milliseconds later; or never. */
let names: string[];
let endpoints: Record<string, string>;
/** What the servers of one test have seen. */
let seen: { all: number; peak: number; served: number; order: string[]; peaks: Record<string, number> };
let hangs: (name: string) => boolean;
let answerMs: number;
const closing: (() => void)[] = [];
let instances: Instances;

async function listen(name: string): Promise<void> {
  const here = seen;
  let underWay = 0;
  const server = createServer((request, response) => {
    request.resume();
    here.peaks[name] = Math.max(here.peaks[name] ?? 0, ++underWay);
    here.peak = Math.max(here.peak, ++here.all);
    here.order.push(name);
    response.on("close", () => {
      underWay--;
      here.all--;
    });
    if (!hangs(name)) setTimeout(() => answer(response), answerMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  endpoints[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(response: ServerResponse): void {
  seen.served++;
  response.end(JSON.stringify({ version: "4.7.29" }));
}

async function start(count: number, settings: object, connection: object = {}): Promise<void> {
  names = Array.from({ length: count }, (_, index) => `n${index}`);
  await Promise.all(names.map(listen));
  const given = Object.fromEntries(names.map((name) => [name, { endpoint: endpoints[name], ...connection }]));
  instances = new Instances(readSettings({ instances: given, ...settings }));
}
const ask = (name: string) => instances.at(name).client.send("registration_info", {});
const asked = (name: string, times: number) => Array.from({ length: times }, () => ask(name));

beforeEach(() => {
  endpoints = {};
  seen = { all: 0, peak: 0, served: 0, order: [], peaks: {} };
  hangs = () => false;
  answerMs = 5;
});
afterEach(async () => {
  instances.cancel();
  await instances.close();
  for (const close of closing.splice(0)) close();
});

test("200 instances are asked as many at once as is set, no more, and 4 of each", async () => {
  await start(200, { maxTotalConcurrency: 24 });
  await Promise.all(names.flatMap((name) => asked(name, 8)));
  expect(seen).toMatchObject({ served: 1600, peak: 24 });
  expect(Math.max(...Object.values(seen.peaks))).toBeLessThanOrEqual(4);
});

test("one instance is asked 4 at once, or as many as is set for it, whoever asks", async () => {
  await start(2, {});
  await instances.close();
  const [quick, named] = [endpoints.n0 as string, endpoints.n1 as string];
  instances = new Instances(
    readSettings({
      instances: { a: { endpoint: quick, maxConcurrency: 7 }, b: { endpoint: named }, c: { endpoint: named } },
    }),
  );
  await Promise.all([...asked("a", 30), ...asked("b", 15), ...asked("c", 15)]);
  expect(seen.peaks).toEqual({ n0: 7, n1: 4 });
});

test("instances take turns: one that is asked much does not keep the others waiting", async () => {
  await start(3, { maxTotalConcurrency: 1 });
  await Promise.all([...asked("n0", 6), ...asked("n1", 2), ...asked("n2", 1)]);
  expect(seen.order).toEqual(["n0", "n0", "n1", "n2", "n0", "n1", "n0", "n0", "n0"]);
});

test("those that hang hold up nobody else, though they have all there is at once", async () => {
  await start(40, { maxTotalConcurrency: 4 });
  hangs = (name) => ["n0", "n1", "n2", "n3"].includes(name);
  const waiting = ["n0", "n1", "n2", "n3"].map(ask);
  for (const one of waiting) one.catch(() => {});
  await expect.poll(() => seen.all).toBe(4);
  await Promise.all(names.slice(4).flatMap((name) => asked(name, 2)));
  expect(seen).toMatchObject({ served: 72, all: 4, peak: 8 });
});

test("and where more hang than there may be, there are never twice as many at once", async () => {
  await start(12, { maxTotalConcurrency: 3 }, { timeoutSeconds: 2.5 });
  hangs = (name) => name !== "n11";
  const ends = await Promise.all(
    names.map((name) =>
      ask(name).then(
        () => "answered",
        (error: HarperError) => error.code,
      ),
    ),
  );
  expect(ends).toEqual([...Array(11).fill("timeout"), "answered"]);
  expect(seen.peak).toBe(6);
});

test("one that did not answer in time is asked again when no other one waits", async () => {
  await start(3, { maxTotalConcurrency: 1 }, { timeoutSeconds: 0.3 });
  hangs = (name) => name === "n0" && seen.order.length === 1;
  await ask("n0").catch(() => {});
  await Promise.all([...asked("n1", 2), asBegun(() => ask("n0")), ...asked("n2", 2)]);
  expect(seen.order).toEqual(["n0", "n1", "n1", "n2", "n2", "n0"]);
});

test("to wait for a turn counts against no time limit", async () => {
  answerMs = 200;
  await start(1, {}, { timeoutSeconds: 0.6, maxConcurrency: 1 });
  await Promise.all(asked("n0", 5));
  expect(seen).toMatchObject({ served: 5, peak: 1 });
});

test("a Cancel ends what waits for its turn, which is not sent", async () => {
  hangs = () => true;
  await start(1, {}, { maxConcurrency: 1 });
  const codes = asked("n0", 3).map((one) => one.catch((error: HarperError) => error.code));
  await expect.poll(() => seen.order).toEqual(["n0"]);
  instances.cancel();
  expect(await Promise.all(codes)).toEqual(["cancelled", "cancelled", "cancelled"]);
  expect(seen.order).toEqual(["n0"]);
});

test.each([
  [{ maxTotalConcurrency: 0 }, "harper:maxTotalConcurrency"],
  [{ maxTotalConcurrency: "many" }, "harper:maxTotalConcurrency"],
  [{ maxConcurrency: 1.5 }, "harper:maxConcurrency"],
  [{ instances: { a: { endpoint: "https://a", maxConcurrency: 101 } } }, "harper:instances.a.maxConcurrency"],
])("%j is refused by its path", (settings, path) => {
  const a = { endpoint: "https://a" };
  expect(() => readSettings({ instances: { a }, ...settings })).toThrow(path);
});
