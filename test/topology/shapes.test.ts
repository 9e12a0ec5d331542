import { describe, expect, test } from "vitest";
import { joinsOf } from "../../topology/joins";
import { reachedFrom } from "../../topology/paths";
import { type Shape, topologyOf } from "../../topology/shapes";

const orders = { database: "shop", table: "orders" };
const four = { a: { region: "us" }, b: { region: "us" }, c: { region: "eu" }, d: { region: "eu" } };

/** Who gets the orders that are written on each. */
function reached(shape: Shape, members: Parameters<typeof topologyOf>[0] = four) {
  const { topology, problems } = topologyOf(members, shape);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    Object.keys(members).map((name) => [name, [...reachedFrom(topology, name, "shop.orders")].sort().join("")]),
  );
}

const problemsOf = (shape: unknown, members: Parameters<typeof topologyOf>[0] = four) =>
  topologyOf(members, shape as Shape).problems;

/** `target>peer` of each Node, with what it waits for. */
const joined = (members: string[], shape: Shape) =>
  joinsOf(topologyOf(Object.fromEntries(members.map((name) => [name, {}])), shape).topology).map(
    ({ key, target, peer, after }) => `${key}: ${target}>${peer}${after.length > 0 ? ` after ${after}` : ""}`,
  );

describe("who gets whose rows", () => {
  test("in a mesh everyone has everyone's, with tables that are named, too", () => {
    const everyone = { a: "bcd", b: "acd", c: "abd", d: "abc" };
    expect(reached({ type: "mesh" })).toEqual(everyone);
    expect(reached({ type: "mesh", tables: [orders] })).toEqual(everyone);
    expect(reached({ type: "mesh", tables: [{ database: "shop", table: "prices" }] })).toEqual({
      a: "",
      b: "",
      c: "",
      d: "",
    });
  });

  test("a spoke and its hub have each other's, and spokes none of one another", () => {
    expect(reached({ type: "hubAndSpoke", hub: "a", tables: [orders] })).toEqual({ a: "bcd", b: "a", c: "a", d: "a" });
    const one = (direction: "toHub" | "fromHub"): Shape => ({
      type: "hubAndSpoke",
      hub: "a",
      tables: [{ ...orders, direction }],
    });
    expect(reached(one("toHub"))).toEqual({ a: "", b: "a", c: "a", d: "a" });
    expect(reached(one("fromHub"))).toEqual({ a: "bcd", b: "", c: "", d: "" });
    expect(reached({ type: "hubAndSpoke", hub: ["a", "b"], tables: [orders] })).toEqual({
      a: "bcd",
      b: "acd",
      c: "ab",
      d: "ab",
    });
  });

  test("regions are meshes, and what goes between two reaches everyone of the other", () => {
    expect(reached({ type: "regions", links: [] })).toEqual({ a: "b", b: "a", c: "d", d: "c" });
    const link: Shape = { type: "regions", links: [{ between: ["eu", "us"], tables: [{ ...orders, from: "us" }] }] };
    expect(reached(link)).toEqual({ a: "bcd", b: "acd", c: "d", d: "c" });
  });

  test("edges go one step", () => {
    const chain: Shape = {
      type: "edges",
      edges: [
        { between: ["a", "b"], tables: [orders] },
        { between: ["b", "c"], tables: [{ ...orders, from: "b" }] },
        { between: ["c", "d"], everything: true },
        { between: ["b", "d"], tables: [{ ...orders, from: "b" }] },
      ],
    };
    expect(reached(chain)).toEqual({ a: "b", b: "acd", c: "d", d: "c" });
  });
});

describe("which Nodes make it", () => {
  test("in a mesh each member is the peer of one, and who comes last changes none before", () => {
    const mesh: Shape = { type: "mesh" };
    expect(joined(["a", "b"], mesh)).toEqual(["b: a>b"]);
    const three = ["b: a>b", "c: b>c after b", "a: c>a after c"];
    expect(joined(["a", "b", "c"], mesh)).toEqual(three);
    expect(joined(["a", "b", "c", "d", "e"], mesh)).toEqual([...three, "d: a>d after a", "e: a>e after a"]);
  });

  test("a pair that exchanges tables is one, declared at the hub, or at the first that is named", () => {
    expect(joined(["a", "b", "c"], { type: "hubAndSpoke", hub: "c", tables: [orders] })).toEqual([
      "c/a: c>a",
      "c/b: c>b",
    ]);
    expect(joined(["a", "b"], { type: "edges", edges: [{ between: ["b", "a"], tables: [orders] }] })).toEqual([
      "b/a: b>a",
    ]);
  });

  test("edges between meshes come after both, and a pair that is named twice is one", () => {
    const edge = (one: string, other: string, from?: string) => ({
      between: [one, other] as [string, string],
      tables: [{ ...orders, ...(from ? { from } : {}) }],
    });
    const shape: Shape = {
      type: "edges",
      edges: [
        { between: ["a", "b"], everything: true },
        edge("a", "c", "a"),
        edge("b", "c", "b"),
        { between: ["b", "c"], tables: [{ database: "shop", table: "prices", from: "b" }] },
        { between: ["a", "c"], tables: [{ database: "shop", table: "prices", from: "a" }] },
      ],
    };
    expect(joined(["a", "b", "c"], shape)).toEqual(["b: a>b", "a/c: a>c after b", "b/c: b>c after b"]);
  });
});

describe("what Harper cannot hold fails, with the reason", () => {
  test.each(["chain", "ring", "tree"])("%s: rows go one step", (type) => {
    expect(problemsOf({ type })).toEqual([
      expect.stringMatching(/^shape\.type ".*" is no shape that Harper holds: rows go one step/),
    ]);
  });

  test("a star of full replication is a mesh", () => {
    expect(problemsOf({ type: "star" })).toEqual([expect.stringContaining("all know each other")]);
    expect(problemsOf({ type: "hubAndSpoke", hub: "a" })).toEqual([expect.stringContaining("shape.tables")]);
  });

  test("an edge inside of a mesh says nothing", () => {
    const shape: Shape = {
      type: "edges",
      edges: [
        { between: ["a", "b"], everything: true },
        { between: ["b", "c"], everything: true },
        { between: ["a", "c"], tables: [orders] },
      ],
    };
    expect(problemsOf(shape)).toEqual([
      expect.stringContaining("a and c exchange everything, as both are in one mesh (a, b, c)"),
    ]);
  });

  test("a mesh tells its members of a node outside: all have the same edges to it, or none", () => {
    const edges = [
      { between: ["a", "b"], everything: true },
      { between: ["a", "c"], tables: [orders] },
    ];
    expect(problemsOf({ type: "edges", edges })).toEqual([
      "shape: a, b are one mesh, which shares what it knows of c: b must have the same edges to c as the others (shop.orders from c, shop.orders to c)",
    ]);
    expect(problemsOf({ type: "edges", edges: [...edges, { between: ["b", "c"], tables: [orders] }] })).toEqual([]);
  });

  test.each([
    [{ type: "hubAndSpoke", hub: "x", tables: [orders] }, 'shape.hub "x" is not in instances (a, b, c, d)'],
    [
      { type: "edges", edges: [{ between: ["a", "x"], everything: true }] },
      'shape.edges[0].between "x" is not in instances (a, b, c, d)',
    ],
    [
      { type: "edges", edges: [{ between: ["a", "b"], tables: [{ ...orders, from: "c" }] }] },
      'shape.edges[0].tables[0].from must be "a" or "b"',
    ],
    [
      { type: "regions", links: [{ between: ["us", "ap"], tables: [orders] }] },
      'shape.links[0].between "ap" is not in the regions of instances (us, eu)',
    ],
    [{ type: "edges", edges: [{ between: ["a", "a"], everything: true }] }, "names one twice"],
  ])("%j", (shape, problem) => {
    expect(problemsOf(shape)).toEqual([expect.stringContaining(problem)]);
  });

  test("an instance without a region, and one with a slash in its name", () => {
    expect(problemsOf({ type: "regions", links: [] }, { a: {} })).toEqual([
      expect.stringContaining('instances["a"].region is missing'),
    ]);
    expect(problemsOf({ type: "mesh" }, { "a/b": {}, c: {} })).toEqual(['instances["a/b"] must have no / in its name']);
  });
});
