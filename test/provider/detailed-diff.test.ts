import { describe, expect, test } from "vitest";
import { detailedDiff } from "../../provider/detailed-diff";
import { diffFields } from "../../provider/diff";
import { resources } from "../../provider/resources";
import { unknown } from "../../provider/unknown";

const { inputs } = resources.Node;
const edge = (table: string, rest: object = {}) => ({
  database: "shop",
  table,
  subscribe: true,
  publish: true,
  ...rest,
});
const tables = (names: string, rest: object = {}) => names.split("").map((name) => edge(name, rest));

/** By path: `+`, `-` or `~`, doubled where it replaces. */
function paths(state: Record<string, unknown>, wanted: Record<string, unknown>, more: string[] = []) {
  const fields = diffFields(inputs, state, wanted);
  fields.changed.push(...more);
  const found = detailedDiff(inputs, state, wanted, fields);
  const signs = { add: "+", delete: "-", update: "~" };
  return Object.fromEntries([...found].map(([path, { kind, replace }]) => [path, signs[kind].repeat(replace ? 2 : 1)]));
}
const edges = (before: unknown[], after: unknown[]) =>
  paths({ name: "eu", address: "wss://eu:9933", subscriptions: before }, { subscriptions: after });

describe("edges of a set, element by element", () => {
  test.each([
    ["one more at the end of ten", tables("abcdefghij"), tables("abcdefghijk"), { "subscriptions[10]": "+" }],
    ["one more in the middle of ten", tables("abcdefghij"), tables("abcdexfghij"), { "subscriptions[5]": "+" }],
    ["one less", tables("abcdefghij"), tables("bcdefghij"), { "subscriptions[0]": "-" }],
    ["another order", tables("abc"), tables("cab"), {}],
    [
      "one that changes at its place",
      tables("abc"),
      [edge("a"), edge("b", { publish: false }), edge("c")],
      { "subscriptions[1].publish": "~" },
    ],
    [
      "one that changes and moves",
      tables("abc"),
      [edge("c", { publish: false }), edge("a"), edge("b")],
      { "subscriptions[2]": "-", "subscriptions[0]": "+" },
    ],
    ["one in place of another", tables("abc"), tables("axc"), { "subscriptions[1]": "~" }],
    ["one that is not known yet", tables("ab"), [...tables("ab"), unknown], { "subscriptions[2]": "+" }],
    ["all of them", [], tables("ab"), { "subscriptions[0]": "+", "subscriptions[1]": "+" }],
  ])("%s", (_title, before, after, expected) => {
    expect(edges(before, after)).toEqual(expected);
  });
});

test("a field that comes, goes, changes; with a replacement", () => {
  const state = { name: "eu", address: "wss://eu:9933", replicateByDefault: true, shard: 1 };
  expect(paths(state, { replicateByDefault: false, shard: 2, revokedCertificates: ["a"] })).toEqual({
    replicateByDefault: "~~",
    shard: "~",
    revokedCertificates: "+",
  });
  expect(paths({ ...state, subscriptions: tables("a") }, { replicateByDefault: true })).toEqual({ subscriptions: "-" });
});

test("a connection is one line, however much of it differs", () => {
  const at = (password: string) => ({ endpoint: "https://us", username: "u", password });
  expect(paths({ target: at("a") }, { target: at("b") }, ["target"])).toEqual({ target: "~" });
});

test("what differs in spelling only, or has to be seen to again, is still a line", () => {
  expect(paths({ activate: "reconnect" }, { activate: "reconnect" }, ["activate"])).toEqual({ activate: "~" });
});
