import { expect, test } from "vitest";
import { checkInputs } from "../../provider/check";
import { diffFields } from "../../provider/diff";
import { fromEngine, toEngine } from "../../provider/frontends/values";
import { resources } from "../../provider/resources";
import { unknown } from "../../provider/unknown";

const { Node, Subscription, Route } = resources;
const engineUnknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("unknowns pass the check at any depth, what is known beside them does not", () => {
  const inputs = { hostname: unknown, shard: unknown, subscriptions: [{ database: unknown, table: 5 }] };
  expect(checkInputs(Node, inputs).failures.map(({ property }) => property)).toEqual(["subscriptions[0].table"]);
  expect(checkInputs(Node, { ...inputs, subscriptions: unknown }).failures).toEqual([]);
  expect(
    checkInputs(Node, { hostname: "eu", subscriptions: [{ database: "shop", table: unknown }] }).inputs,
  ).toMatchObject({ replicateByDefault: false });
});

test("defaults are filled in", () => {
  expect(checkInputs(Subscription, { node: "eu", database: "d", table: "t" }).inputs).toEqual({
    node: "eu",
    database: "d",
    table: "t",
    subscribe: true,
    publish: true,
  });
  expect(checkInputs(Node, { hostname: "eu" }).inputs).toEqual({ hostname: "eu", replicateByDefault: true });
  expect(checkInputs(Route, { hostname: "eu" }).inputs).toEqual({ url: "wss://eu:9933" });
  expect(checkInputs(Route, { hostname: "::1", port: 1 }).inputs).toEqual({ url: "wss://[::1]:1" });
});

test.each(["__proto__", "constructor", "toString"])("a property called %s is no property", (key) => {
  const inputs = JSON.parse(`{"hostname":"eu","${key}":{"polluted":true}}`) as Record<string, unknown>;
  expect(checkInputs(Node, inputs).failures).toMatchObject([
    { property: key, reason: expect.stringContaining("is not a property of Node") },
  ]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("an unknown is a change, and not yet a replacement", () => {
  const state = { node: "eu", database: "d", table: "t", subscribe: true, publish: true };
  expect(diffFields(Subscription.inputs, state, { ...state, node: unknown })).toEqual({
    changed: ["node"],
    replaces: [],
  });
});

test("what is not declared is not managed", () => {
  expect(
    diffFields(
      Node.inputs,
      { hostname: "eu", name: "eu", address: "wss://eu:9933", replicateByDefault: true, shard: 3 },
      { hostname: "eu", replicateByDefault: true },
    ),
  ).toEqual({ changed: [], replaces: [] });
});

test("a port that was declared in a url is not lost behind a hostname", () => {
  const state = { url: "wss://eu:9944", address: "wss://eu:9944", name: "eu", replicateByDefault: false };
  const { replaces } = diffFields(Node.inputs, state, { hostname: "eu", replicateByDefault: false });
  expect(replaces).toEqual(["hostname"]);
});

test("the engine's unknowns and its own keys are translated, both ways", () => {
  const fromIt = fromEngine({ a: engineUnknown, b: [{ c: engineUnknown }], __provider: "code", __defaults: [] });
  expect(fromIt).toEqual({ a: unknown, b: [{ c: unknown }] });
  expect(toEngine({ ...(fromIt as object), gone: undefined })).toEqual({ a: engineUnknown, b: [{ c: engineUnknown }] });
});
