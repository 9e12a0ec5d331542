import { type Resource, runtime, type Unwrap } from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as dynamic from "../../sdk";
import * as native from "../../sdk/native";

interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
let made: Made[] = [];

beforeEach(() => {
  made = [];
});
beforeAll(() =>
  runtime.setMocks({
    newResource({ type, name, inputs }) {
      made.push({ type, name, inputs });
      return { id: name, state: { ...inputs, name: inputs.hostname } };
    },
    call: () => ({}),
  }),
);

const orders = { database: "shop", table: "orders" };
const three = { "us-1": { hostname: "a" }, "eu-1": { hostname: "b" }, "ap-1": { hostname: "c" } };

/** What a program comes to, but the component itself. */
async function resourcesOf(program: () => Resource): Promise<Made[]> {
  program();
  await runtime.disconnect();
  return made.filter(({ type }) => type !== "harper:index:Cluster");
}

const plain = (inputs: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(inputs, (key, value) => (key.startsWith("__") ? undefined : value))) as Unwrap<unknown>;

describe.each([
  ["dynamic provider", dynamic.Cluster, "pulumi-nodejs:dynamic/harper"],
  ["plugin", native.Cluster, "harper:index"],
])("%s", (_name, Cluster, types) => {
  test("a mesh: each member is the peer of one Node", async () => {
    const nodes = await resourcesOf(
      () => new Cluster("prod", { instances: three, shape: { type: "mesh" }, verifyTls: false }),
    );
    expect(nodes.map(({ type, name, inputs }) => [type, name, plain(inputs)])).toEqual([
      [`${types}:Node`, "prod/eu-1", { target: "us-1", peer: "eu-1", hostname: "b", verifyTls: false }],
      [`${types}:Node`, "prod/ap-1", { target: "eu-1", peer: "ap-1", hostname: "c", verifyTls: false }],
      [
        `${types}:Node`,
        "prod/us-1",
        { target: "ap-1", peer: "us-1", hostname: "a", verifyTls: false, adopt: "always" },
      ],
    ]);
  });

  test("a hub: a Node for each spoke, and a Subscription for each of its tables", async () => {
    const shape = { type: "hubAndSpoke", hub: "us-1", tables: [{ ...orders, direction: "toHub" as const }] } as const;
    const all = await resourcesOf(
      () => new Cluster("prod", { instances: three, shape: { ...shape, tables: [...shape.tables] } }),
    );
    expect(
      all
        .filter(({ name }) => name.startsWith("prod/us-1/eu-1"))
        .map(({ type, name, inputs }) => [type, name, plain(inputs)]),
    ).toEqual([
      [`${types}:Node`, "prod/us-1/eu-1", { target: "us-1", peer: "eu-1", hostname: "b", replicateByDefault: false }],
      [
        `${types}:Subscription`,
        "prod/us-1/eu-1/shop/orders",
        { target: "us-1", node: "b", ...orders, subscribe: true, publish: false },
      ],
    ]);
    expect(all).toHaveLength(4);
  });

  test("routes go to members of the same mesh", async () => {
    const routed = {
      ...three,
      "ap-1": { url: "wss://c:9000", routes: ["us-1"] },
      "us-1": { hostname: "a", routes: ["ap-1"] },
    };
    const all = await resourcesOf(() => new Cluster("prod", { instances: routed, shape: { type: "mesh" } }));
    expect(all.filter(({ type }) => type.endsWith(":Route")).map(({ name, inputs }) => [name, plain(inputs)])).toEqual([
      ["prod/us-1/route/ap-1", { target: "us-1", url: "wss://c:9000" }],
      ["prod/ap-1/route/us-1", { target: "ap-1", hostname: "a" }],
    ]);
  });

  test("what is wrong with instances and shape is said at once, by path", () => {
    const shape = { type: "hubAndSpoke" as const, hub: "us-9", tables: [orders] };
    const instances = { "us-1": { endpoint: "http://a:9925", routes: ["eu-1"] }, "eu-1": { hostname: "b" } };
    const problem = (() => {
      try {
        return String(new Cluster("prod", { instances, shape }));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(problem).toBe(
      'Cluster "prod": instances["eu-1"].endpoint is missing: all give theirs, or none and all are in harper:instances; instances["us-1"].hostname is required, or url; shape.hub "us-9" is not in instances (us-1, eu-1); instances["us-1"].routes "eu-1" is not in one mesh with it, and Harper replicates everything with who is dialled by a route',
    );
  });
});

const connected = {
  "us-1": { hostname: "a", endpoint: "http://a:9925", username: "admin", password: "canary-1" },
  "eu-1": { hostname: "b", endpoint: "http://b:9925", username: "admin", password: "canary-2" },
};

describe("instances that give their own endpoints", () => {
  test("plugin: they are those of a provider of its own", async () => {
    const all = await resourcesOf(() => new native.Cluster("prod", { instances: connected, shape: { type: "mesh" } }));
    expect(all.map(({ type, name }) => [type, name])).toEqual([
      ["pulumi:providers:harper", "prod-instances"],
      ["harper:index:Node", "prod/eu-1"],
    ]);
    expect(all[1]?.inputs).toMatchObject({ target: "us-1", peer: "eu-1" });
  });

  test("plugin: its provider has the audit log of the stack, as it has none of its settings", async () => {
    runtime.setConfig("harper:auditLog", "audit.jsonl");
    const [provider] = await resourcesOf(
      () => new native.Cluster("prod", { instances: connected, shape: { type: "mesh" } }),
    );
    runtime.setAllConfig({});
    expect(provider?.inputs.auditLog).toBe("audit.jsonl");
  });

  test("dynamic provider: they are the targets themselves, secret as a whole, and the peer's credentials join it", async () => {
    const [node] = await resourcesOf(
      () => new dynamic.Cluster("prod", { instances: connected, shape: { type: "mesh" } }),
    );
    const { hostname: _, ...connection } = connected["us-1"];
    expect(node?.inputs.target).toMatchObject({ value: connection });
    expect(node?.inputs.authorization).toMatchObject({ value: { username: "admin", password: "canary-2" } });
  });
});
