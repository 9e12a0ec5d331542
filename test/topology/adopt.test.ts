import { describe, expect, test } from "vitest";
import { adopt, importFile, programText } from "../../topology/adopt";
import type { Live } from "../../topology/live/snapshot";
import { cluster, instance, mesh, peer } from "./lives";

const both = { orders: "<->" } as const;
const ids = (live: Live, form?: "flat" | "shape") => adopt(live, form).resources.map(({ id }) => id);
const program = (live: Live, form?: "flat" | "shape") => programText(adopt(live, form));

describe("the flat form", () => {
  test("the program: explicit Nodes with Subscriptions, in one direction where they go so; what was turned off is absent", () => {
    const live = cluster(["us-1", "eu-1"], { "us-1/eu-1": { orders: "<->", prices: "->", stock: "off" } });
    expect(program(live)).toBe(`// The cluster as \`pulumi-harper import\` found it.
import { Node, Subscription } from "pulumi-harper/native";

const us1Eu1Node = new Node("us-1/eu-1", {
  target: "us-1",
  peer: "eu-1",
  hostname: "eu-1",
  replicateByDefault: false,
});
new Subscription("us-1/eu-1/shop/orders", {
  target: "us-1",
  node: us1Eu1Node.name,
  database: "shop",
  table: "orders",
});
new Subscription("us-1/eu-1/shop/prices", {
  target: "us-1",
  node: us1Eu1Node.name,
  database: "shop",
  table: "prices",
  subscribe: false,
});
`);
  });

  test("the import file", () => {
    expect(importFile(adopt(cluster(["us", "eu"], { "us/eu": both })), "1.2.3")).toEqual({
      resources: [
        { type: "harper:index:Node", name: "us/eu", id: "us/eu/explicit", version: "1.2.3" },
        { type: "harper:index:Subscription", name: "us/eu/shop/orders", id: "us/eu/shop/orders", version: "1.2.3" },
      ],
    });
  });

  test("a mesh: each member is the peer of one Node, after those that come before it", () => {
    const live = cluster(["a", "b", "c", "d"], mesh("a", "b", "c", "d"));
    expect(ids(live, "flat")).toEqual(["a/b", "b/c", "c/a", "a/d"]);
    expect(program(live, "flat")).toContain(
      'new Node("d", { target: "a", peer: "d", hostname: "d" }, { dependsOn: [aNode] });',
    );
  });

  test("a member of a mesh with edges to a node outside has them in its Node", () => {
    const live = cluster(["a", "b", "x"], { ...mesh("a", "b"), "x/a": both, "x/b": both });
    expect(ids(live, "flat")).toEqual(["a/b", "x/a", "x/b"]);
    expect(program(live, "flat")).toContain('subscriptions: [{ database: "shop", table: "orders" }]');
  });

  test("is declared at the end that has more pairs: the hub, wherever it stands", () => {
    expect(ids(cluster(["a", "b", "hub"], { "a/hub": both, "b/hub": both }), "flat")).toEqual([
      "hub/a/explicit",
      "hub/a/shop/orders",
      "hub/b/explicit",
      "hub/b/shop/orders",
    ]);
  });

  test("an explicit record without edges", () => {
    const live = cluster(["us", "eu"], { "us/eu": { orders: "off" } });
    expect(ids(live)).toEqual(["us/eu/explicit"]);
    expect(program(live)).toContain("replicateByDefault: false");
  });

  test("another name than the host, another port, capitals, a shard, a table that is not there", () => {
    const one = instance("us", [peer("EU", { gone: "<->" }, { url: "wss://10.0.0.5:9944", shard: 2 })], {
      reports: "US-East",
    });
    const other = instance("eu", [peer("us-east", { gone: "<->" })], { reports: "eu" });
    const live = { instances: [one, other], silent: [] };
    expect(ids(live)).toEqual(["US-East/EU/explicit", "US-East/EU/shop/gone"]);
    expect(adopt(live)).toMatchObject({ problems: [], notes: [] });
    const text = program(live).replace(/\s+/g, " ");
    expect(text).toContain('peer: "eu", url: "wss://10.0.0.5:9944", shard: 2, replicateByDefault: false');
    expect(text).toContain('table: "gone", requireTables: false');
  });

  test("names that are no identifiers become some that differ", () => {
    const text = program(
      cluster(["10.0.0.1", "10-0.0.1", "ü"], { "10.0.0.1/10-0.0.1": both, "10.0.0.1/ü": both }),
      "flat",
    );
    const constants = [...text.matchAll(/const (\S+) =/g)].map(([, name]) => name);
    expect(constants).toEqual(["n10_0_0_1_10_0_0_1Node", "n10_0_0_1Node"]);
  });

  test("ids cannot say a slash in a table: such edges are in the Node", () => {
    expect(ids(cluster(["us", "eu"], { "us/eu": { "a/b": "<->" } }))).toEqual(["us/eu"]);
  });

  test("a route is declared once, by its address", () => {
    const live = cluster(["us", "eu"], { "us/eu": both });
    live.instances[0]?.routes.stored.push("wss://eu:9933", "wss://eu:9933", "wss://eu:9944");
    expect(ids(live).slice(2)).toEqual(["us/wss://eu:9933", "us/wss://eu:9944"]);
    expect(program(live)).toContain('new Route("us/route/eu", { target: "us", hostname: "eu" });');
  });

  test("Harper 5 has no operations for routes: they are left, and it is said", () => {
    const live = cluster(["us", "eu"], { "us/eu": "full" });
    Object.assign(live.instances[0] ?? {}, { version: "5.0.1", routes: { stored: ["wss://eu:9933"], dialled: [] } });
    expect(adopt(live)).toMatchObject({
      resources: [{ type: "Node" }],
      notes: [expect.stringContaining("Harper 5.0.1")],
    });
  });
});

describe("what cannot be asked", () => {
  test("peers are declared by what their partner stores, without a peer in harper:instances", () => {
    const live = { instances: [instance("us", [peer("eu", "full"), peer("ap", "full")])], silent: [] };
    expect(adopt(live)).toMatchObject({
      problems: [],
      notes: [/^eu is declared by/, /^ap is declared by/].map((text) => expect.stringMatching(text)),
    });
    expect(ids(live)).toEqual(["us/eu", "us/ap"]);
    expect(program(live)).not.toContain("peer");
  });

  test("an instance that does not answer is named", () => {
    const live = { ...cluster(["us", "eu"], { "us/eu": both }), silent: [{ name: "ap", problem: "it is down" }] };
    expect(adopt(live).notes).toEqual(["ap was not asked: it is down"]);
  });

  test("two of a mesh of four: none of the pairs is lost", () => {
    const live = cluster(["a", "b", "c", "d"], mesh("a", "b", "c", "d"));
    live.instances.splice(2);
    expect(ids(live)).toEqual(["a/b", "a/c", "a/d"]);
  });

  test("members of a mesh who know each other only through one that cannot be asked", () => {
    const live = { instances: [instance("a", [peer("x", "full")]), instance("b", [peer("x", "full")])], silent: [] };
    expect(ids(live)).toEqual(["a/x", "b/x"]);
    expect(adopt(live).problems).toEqual(["a and b are in one mesh, and do not know each other"]);
  });
});

describe("what one end alone has", () => {
  const problems = (one: Parameters<typeof peer>[1] | undefined, other: Parameters<typeof peer>[1] | undefined) => {
    const live = {
      instances: [instance("us", one ? [peer("eu", one)] : []), instance("eu", other ? [peer("us", other)] : [])],
      silent: [],
    };
    const { resources, problems: said } = adopt(live);
    return { said, ids: resources.map(({ id, problem }) => (problem ? `${id} !` : id)) };
  };

  test.each([
    [
      "a record",
      both,
      undefined,
      ["us/eu/explicit !", "us/eu/shop/orders !"],
      "us knows eu, and eu has no record of us",
    ],
    ["a full record", undefined, "full", ["eu/us !"], "eu knows us, and us has no record of eu"],
    ["everything", both, "full", ["eu/us !"], "eu replicates everything with us, and us only edges with eu"],
    [
      "an edge",
      both,
      { orders: "<->", prices: "->" },
      ["us/eu/explicit", "us/eu/shop/orders", "eu/us/shop/prices !"],
      "eu has an edge with us for shop.prices, and us has none",
    ],
    [
      "a way",
      both,
      { orders: "->" },
      ["us/eu/explicit", "us/eu/shop/orders !"],
      "the edge for shop.orders goes other ways at us than at eu",
    ],
  ] as const)("%s is declared where it is, and named", (_what, one, other, expected, said) => {
    expect(problems(one, other)).toEqual({ said: [said], ids: expected });
  });

  test("the program says it beside the resource", () => {
    const live = cluster(["us", "eu"], {});
    live.instances[0]?.peers.push(peer("eu", "full"));
    expect(program(live)).toContain("// To mend: us knows eu, and eu has no record of us.\nnew Node(");
  });

  test("what a mesh told a member of a node outside that does not know it is nobody's to declare", () => {
    const live = cluster(["a", "b", "x"], { ...mesh("a", "b"), "x/a": both });
    live.instances[1]?.peers.push(peer("x", both));
    expect(ids(live, "flat")).toEqual(["a/b", "a/x"]);
    expect(adopt(live)).toMatchObject({ problems: [], notes: [expect.stringMatching(/^b knows x only as its mesh/)] });
  });

  test("an edge of Harper's own tables is left, and it is said", () => {
    const live = cluster(["us", "eu"], { "us/eu": both });
    for (const { peers } of live.instances)
      peers[0]?.subscriptions.push({ database: "system", table: "hdb_user", subscribe: true, publish: true });
    expect(ids(live)).toEqual(["us/eu/explicit", "us/eu/shop/orders"]);
    expect(adopt(live).notes).toEqual([expect.stringContaining("system.hdb_user cannot be declared")]);
  });
});

describe("a shape", () => {
  const hub = { "hub/a": { orders: "<->", prices: "->" }, "hub/b": { orders: "<->", prices: "->" } } as const;
  const shape = (live: Live, form?: "shape") => adopt(live, form).cluster?.args.shape;

  test.each([
    ["a mesh", cluster(["a", "b", "c"], mesh("a", "b", "c")), { type: "mesh" }],
    [
      "a mesh of tables",
      cluster(["a", "b", "c"], { "a/b": both, "a/c": both, "c/b": both }),
      { type: "mesh", tables: [{ database: "shop", table: "orders" }] },
    ],
    [
      "a hub",
      cluster(["a", "hub", "b"], hub),
      {
        type: "hubAndSpoke",
        hub: "hub",
        tables: [
          { database: "shop", table: "orders" },
          { database: "shop", table: "prices", direction: "fromHub" },
        ],
      },
    ],
    [
      "two hubs",
      cluster(["h", "i", "a", "b"], { "h/i": both, "h/a": both, "h/b": both, "i/a": both, "i/b": both }),
      { type: "hubAndSpoke", hub: ["h", "i"], tables: [{ database: "shop", table: "orders" }] },
    ],
    [
      "regions",
      cluster(["a", "b", "x"], { ...mesh("a", "b"), "a/x": { orders: "->" }, "b/x": { orders: "->" } }),
      {
        type: "regions",
        links: [
          { between: ["region-1", "region-2"], tables: [{ database: "shop", table: "orders", from: "region-1" }] },
        ],
      },
    ],
  ])("%s is found", (_what, live, expected) => expect(shape(live)).toEqual(expected));

  test("a Cluster's children are imported under its names, below it; a route in its mesh is its own, another one is beside", () => {
    const live = cluster(["a", "b", "c"], mesh("a", "b", "c"));
    live.instances[1]?.routes.stored.push("wss://a:9933", "wss://elsewhere:9933");
    const found = adopt(live);
    const version = "1.2.3";
    expect(importFile(found, version).resources).toEqual([
      { type: "harper:index:Cluster", name: "cluster", component: true },
      { type: "harper:index:Node", name: "cluster/b", id: "a/b", version, parent: "cluster" },
      { type: "harper:index:Node", name: "cluster/c", id: "b/c", version, parent: "cluster" },
      { type: "harper:index:Node", name: "cluster/a", id: "c/a", version, parent: "cluster" },
      { type: "harper:index:Route", name: "cluster/b/route/a", id: "b/wss://a:9933", version, parent: "cluster" },
      { type: "harper:index:Route", name: "b/route/elsewhere", id: "b/wss://elsewhere:9933", version },
    ]);
    expect(programText(found)).toBe(`// The cluster as \`pulumi-harper import\` found it.
import { Cluster, Route } from "pulumi-harper/native";

new Cluster("cluster", {
  instances: { a: { hostname: "a" }, b: { hostname: "b", routes: ["a"] }, c: { hostname: "c" } },
  shape: { type: "mesh" },
});

new Route("b/route/elsewhere", { target: "b", hostname: "elsewhere" });
`);
  });

  test("pairs of no known shape are flat, or with --shape a Cluster of edges", () => {
    const live = cluster(["a", "b", "c"], { "a/b": both, "b/c": { prices: "->" } });
    expect(shape(live)).toBeUndefined();
    expect(shape(live, "shape")).toEqual({
      type: "edges",
      edges: [
        { between: ["b", "a"], tables: [{ database: "shop", table: "orders" }] },
        { between: ["b", "c"], tables: [{ database: "shop", table: "prices", from: "b" }] },
      ],
    });
  });

  test.each([
    ["one member cannot be asked", /c cannot be asked/, (live: Live) => void live.instances.splice(2)],
    [
      "a half is missing",
      /a knows b, and b has no record of a/,
      (live: Live) => void live.instances[1]?.peers.splice(0, 1),
    ],
    [
      "an instance is dialled at two addresses",
      /b is known by other addresses/,
      (live: Live) => void Object.assign(live.instances[2]?.peers[1] ?? {}, { url: "wss://b:9944" }),
    ],
    [
      "nobody knows anybody",
      /nobody knows anybody/,
      (live: Live) => void live.instances.map(({ peers }) => peers.splice(0)),
    ],
  ])("there is none where %s, and --shape says so", (_what, reason, change) => {
    const live = cluster(["a", "b", "c"], mesh("a", "b", "c"));
    change(live);
    expect(shape(live)).toBeUndefined();
    expect(() => adopt(live, "shape")).toThrow(reason);
  });
});
