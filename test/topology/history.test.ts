import { expect, test } from "vitest";
import { appliedOf } from "../../topology/history/applied";
import { readConfiguration, readUpdates } from "../../topology/history/listed";
import { dynamic, plugin, stack } from "./states";

const node = { target: "us", peer: "eu", hostname: "eu.example", replicateByDefault: false };
const edge = (table: string) => ({ target: "us", node: "eu.example", database: "shop", table });
const route = { target: "us", url: "wss://eu.example:9933" };
const update = (number: number) => ({
  number,
  kind: "update",
  result: "succeeded",
  at: "2026-01-01",
  config: {},
  origin: { startedAt: "2026-01-01" },
});

test("updates are numbered from the oldest; a backend that counts them is believed", () => {
  const entry = (more: object) => ({ kind: "update", result: "succeeded", startTime: "a", endTime: "b", ...more });
  const listed = (...entries: object[]) => readUpdates(JSON.stringify(entries));
  expect(listed(entry({ version: 0, kind: "destroy" }), entry({ version: 0 }))).toMatchObject([
    { number: 1, kind: "update" },
    { number: 2, kind: "destroy" },
  ]);
  expect(listed(entry({ version: 8 }), entry({ version: 7 })).map(({ number }) => number)).toEqual([7, 8]);
  expect(readUpdates("null")).toEqual([]);
});

test("the commit is there where the program was in one, and what is secret of the configuration is not", () => {
  const config = { "shop:size": { value: "3", secret: false }, "shop:key": { value: "pw", secret: true } };
  const environment = { "git.head": "0123456789abcdef", "git.dirty": "true", "exec.kind": "cli" };
  const [listed] = readUpdates(JSON.stringify([{ kind: "update", startTime: "a", environment, config }]));
  expect(listed).toEqual({
    number: 1,
    kind: "update",
    result: "in progress",
    at: "a",
    commit: "0123456789ab and what was not committed",
    config: { "shop:size": "3" },
    origin: { startedAt: "a", commit: "0123456789abcdef", isDirty: true },
  });
  expect(readConfiguration(JSON.stringify(config))).toEqual({ "shop:size": "3" });
});

test("each update is compared with the state before it; a move to the plugin changes nothing", () => {
  const states = [
    [dynamic("Node", "eu", node), dynamic("Subscription", "orders", edge("orders")), dynamic("Route", "dial", route)],
    [plugin("Node", "eu", node), plugin("Subscription", "orders", edge("orders")), plugin("Route", "dial", route)],
    [plugin("Node", "eu", node), plugin("Subscription", "prices", edge("prices")), plugin("Route", "dial", route)],
  ];
  const all = states.map((resources, index) => ({
    update: update(index + 1),
    after: { resources: [stack(), ...resources] },
  }));
  const told = (those: ReturnType<typeof appliedOf>) => those.map(({ changed, headline }) => [changed, headline]);
  expect(told(appliedOf(all))).toEqual([
    [true, "adds 2 instances, 1 edge and 1 route"],
    [false, "nothing changes in the topology"],
    [
      true,
      "adds 1 edge, removes 1 edge; shop.orders of eu no longer reaches us; shop.orders of us no longer reaches eu",
    ],
  ]);
  expect(told(appliedOf(all.slice(1), all[0]?.after))).toEqual(told(appliedOf(all)).slice(1));
});
