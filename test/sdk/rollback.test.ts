import { runtime } from "@pulumi/pulumi";
import { beforeEach, expect, test } from "vitest";
import * as native from "../../sdk/native";
import { declareAll } from "../../sdk/rollback/declare";
import { restore } from "../../topology/rollback/restored";
import { component, plaintext, plugin, provider, stack } from "../topology/states";

interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  provider: string | undefined;
}
let made: Made[] = [];

beforeEach(() => {
  made = [];
  runtime.setMocks({
    newResource({ type, name, inputs, provider: by }) {
      made.push({ type, name, inputs, provider: by });
      return { id: `id-of-${name}`, state: inputs };
    },
    call: () => ({}),
  });
});

const known = (inputs: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(inputs)) as Record<string, { value?: unknown } | undefined>;

test("a former state is declared as a program says it: its component, its provider, its secrets as secrets", async () => {
  const cluster = component("harper:index:Cluster", "prod");
  const own = provider("harper", "mine", { instances: plaintext('{"us":{}}') });
  const node = plugin(
    "Node",
    "prod/eu",
    { target: "us", hostname: plaintext("eu.example"), subscriptions: [{ database: "shop", table: "orders" }] },
    { parent: cluster.urn, provider: `${own.urn}::id-of-mine` },
  );
  const edge = plugin(
    "Subscription",
    "prod/us/eu/orders",
    { target: "us", node: "eu.example", database: "shop", table: "orders" },
    { parent: cluster.urn, dependencies: [node.urn], propertyDependencies: { node: [node.urn] } },
  );
  const former = { resources: [stack(), cluster, own, node, edge] };
  const outputs = declareAll(restore(former, { resources: [stack({ count: 2 })] }), native);
  await runtime.disconnect();

  expect(outputs).toEqual({ count: 2 });
  expect(made.map(({ type, name }) => [type, name])).toEqual([
    ["harper:index:Cluster", "prod"],
    ["pulumi:providers:harper", "mine"],
    ["harper:index:Node", "prod/eu"],
    ["harper:index:Subscription", "prod/us/eu/orders"],
  ]);
  const [, , joined, orders] = made;
  expect(joined?.provider).toMatch(/::mine::id-of-mine$/);
  expect(known(joined?.inputs ?? {})).toMatchObject({
    target: "us",
    hostname: { value: "eu.example" },
    subscriptions: [{ database: "shop", table: "orders" }],
  });
  expect(orders?.inputs).toMatchObject({ node: "eu.example", table: "orders" });
});
