import { describe, expect, test } from "vitest";
import { declaredBy } from "../../topology/program/declared";
import type { ProgramResource } from "../../topology/program/resource";
import { type Checked, type CheckSettings, rules, runRules } from "../../topology/rules";

const resource = (type: string, name: string, inputs: Record<string, unknown>): ProgramResource => ({
  urn: `urn:pulumi:dev::shop::harper:index:${type}::${name}`,
  type,
  name,
  inputs,
  outputs: undefined,
  comesFrom: {},
});

/** `us>eu`: a Node. `us>eu orders ->`: a Subscription at us; `->` publishes, `<-` subscribes. */
function program(...lines: string[]): ProgramResource[] {
  return lines.map((line, index) => {
    const [pair = "", table, way] = line.split(" ");
    const [target, peer = ""] = pair.split(">");
    const ways = { publish: way !== "<-", subscribe: way !== "->" };
    if (table && table !== "full" && table !== "inline")
      return resource("Subscription", `s${index}`, { target, node: peer, database: "shop", table, ...ways });
    return resource("Node", `n${index}`, { target, peer, hostname: peer, replicateByDefault: table === "full" });
  });
}

/** What is found in a program, without levels: `rule at`. */
const found = (resources: ProgramResource[], more: Partial<Checked> = {}, settings: CheckSettings = {}) =>
  runRules({ declared: declaredBy(resources), ...more }, settings).findings.map(({ rule, at }) => `${rule} ${at}`);

describe("each rule finds its own", () => {
  test("partition: groups that exchange nothing", () => {
    expect(found(program("a>b full", "c>d full"))).toEqual(["partition c"]);
    expect(found(program("a>b full", "b>c full"))).not.toContain("partition c");
    expect(found(program("a>b", "a>b orders"))).toEqual([]);
    // A node without edges exchanges nothing.
    expect(found(program("a>b"))).toEqual(["partition b"]);
  });

  test("partition: not by an instance that is only configured", () => {
    const declared = declaredBy(program("a>b full"), { a: "a.example", b: "b.example", spare: "spare.example" });
    expect(runRules({ declared }).findings).toEqual([]);
  });

  test("cut-node: who isolates others when it fails", () => {
    expect(found(program("a>b", "a>b orders", "a>c", "a>c orders"))).toEqual(["cut-node a"]);
    expect(found(program("a>b", "a>b orders", "a>c", "a>c orders", "b>c", "b>c orders"))).toEqual([]);
    // Full replication is one mesh, at whichever end it is declared.
    expect(found(program("a>b full", "a>c full"))).toEqual([]);
  });

  test("one-way-cycle: rows that would have to go two steps", () => {
    const circle = ["a>b", "a>b orders ->", "b>c", "b>c orders ->", "a>c", "a>c orders <-"];
    expect(found(program(...circle))).toEqual(["one-way-cycle shop.orders"]);
    expect(found(program("a>b", "a>b orders", "b>c", "b>c orders", "a>c", "a>c orders"))).toEqual([]);
    expect(found(program("a>b", "a>b orders ->", "b>c", "b>c orders ->", "a>c", "a>c orders ->"))).toEqual([]);
  });

  test("declared-twice: a pair and an edge from both ends, or by two resources of one", () => {
    expect(found(program("a>b full", "b>a full"))).toEqual(["declared-twice a/b"]);
    expect(found(program("a>b", "a>b orders", "b>a orders"))).toEqual(["declared-twice a/b shop.orders"]);
    expect(found(program("a>b", "a>b orders", "a>b prices"))).toEqual([]);
  });

  test("full-with-subscriptions: also where the mesh is a roundabout one", () => {
    expect(found(program("a>b full", "a>b orders"))).toEqual(["full-with-subscriptions a/b shop.orders"]);
    expect(found(program("a>b full", "b>c full", "a>c orders"))).toEqual(["full-with-subscriptions a/c shop.orders"]);
  });

  test("mesh-neighbours: what one member is told, all are", () => {
    expect(found(program("a>b full", "a>c", "a>c orders"))).toContain("mesh-neighbours c");
    expect(found(program("a>b full", "a>c", "a>c orders", "b>c", "b>c orders"))).toEqual([]);
  });

  test("missing-table: at the end that lacks it, and nowhere that was not asked", () => {
    const tables = { a: new Set(["shop.orders"]), b: new Set(["shop.prices"]) };
    expect(found(program("a>b", "a>b orders"), { tables })).toEqual(["missing-table a/b shop.orders"]);
    expect(found(program("a>b", "a>b orders"), { tables: { a: tables.a } })).toEqual([]);
  });

  test("short-shard: fewer members than replicas", () => {
    const nodes = program("a>b full", "a>c full").map((node, index) => ({
      ...node,
      inputs: { ...node.inputs, shard: index },
    }));
    expect(found(nodes)).toEqual(["short-shard shard 0", "short-shard shard 1"]);
    expect(found(nodes, {}, { shardReplicas: 1 })).toEqual([]);
  });

  test("retained-credentials and unverified-tls: by what the Node says", () => {
    const [node] = program("a>b full") as [ProgramResource];
    const said = { ...node, inputs: { ...node.inputs, retainAuthorization: true, verifyTls: false } };
    expect(found([said])).toEqual(["retained-credentials a/b", "unverified-tls a/b"]);
  });

  test("plain-http and unverified-tls: by how instances are reached", () => {
    const connections = {
      a: { endpoint: "http://a.example:9925" },
      b: { endpoint: "http://127.0.0.1:9925" },
      c: { endpoint: "https://c.example:9925", insecureSkipTlsVerify: true },
    };
    expect(found(program("a>b full"), { connections })).toEqual(["plain-http a", "unverified-tls c"]);
  });

  test("all of them are shown to find something here", async () => {
    const source = await import("node:fs").then(({ readFileSync }) => readFileSync(__filename, "utf8"));
    for (const { name } of rules) expect(source, name).toContain(`"${name} `);
  });
});

describe("what a project says of the rules", () => {
  const hub = program("a>b", "a>b orders", "a>c", "a>c orders");

  test("another level, or none", () => {
    expect(runRules({ declared: declaredBy(hub) }, { levels: { "cut-node": "error" } }).findings[0]).toMatchObject({
      level: "error",
    });
    expect(found(hub, {}, { levels: { "cut-node": "off" } })).toEqual([]);
  });

  test("a silence keeps the finding, with its reason", () => {
    const silence = [{ rule: "cut-node", at: "a", reason: "three machines" }];
    expect(runRules({ declared: declaredBy(hub) }, { silence })).toMatchObject({
      findings: [{ rule: "cut-node", silenced: "three machines" }],
      useless: [],
    });
  });

  test("what fits nothing is named", () => {
    const silence = [
      { rule: "cut-node", at: "x", reason: "gone long ago" },
      { rule: "cutnode", reason: "misspelt" },
    ];
    expect(runRules({ declared: declaredBy(hub) }, { silence, levels: { nothing: "off" } }).useless).toEqual([
      'levels: there is no rule "nothing"',
      "silence[0]: nothing is found by cut-node at x any more",
      'silence[1]: there is no rule "cutnode"',
    ]);
  });
});
