import { expect, test } from "vitest";
import { checkInputs } from "../../provider/check";
import { checkSettings } from "../../provider/config";
import { addressOf } from "../../provider/operations-api";
import { failureIn } from "../../provider/operations-api/answers";
import type { Resource } from "../../provider/resource";
import { resources } from "../../provider/resources";
import { withoutValues } from "../../provider/secrets";

// What fuzz has found, shrunk.

const propertiesOf = (failures: { property: string }[]) => failures.map(({ property }) => property);

test("a length that is no number is no text", () => {
  const odd = { length: { toString: "" } };
  const { failures } = checkInputs(resources.Node as Resource, { hostname: "eu", peer: odd });
  expect(failures).toEqual([{ property: "peer", reason: expect.stringMatching(/./) }]);
  expect(propertiesOf(checkSettings({ endpoint: "https://us", username: odd }).failures)).not.toEqual([]);
});

test("what is printed of a property may hold credentials at any depth, and need not be a text", () => {
  const { inputs } = resources.Node;
  const failures = [{ property: "url", reason: "is wrong" }];
  const unnamed = [{ property: "", reason: "url is wrong" }];
  expect(withoutValues(failures, inputs, { url: { a: "wss://u:hush@x" } })).toEqual(unnamed);
  expect(withoutValues(failures, inputs, { url: { toString: "" } })).toEqual(failures);
});

test("a port that is no number and no text makes no address", () => {
  expect(addressOf({ hostname: "a.aa", port: { toString: "" } })).toBeUndefined();
});

test.each([
  "wss://@x:1",
  "wss://a.aa:0",
  "wss://x:1 ",
  "wss://x:\t1",
  "wss://x:1?",
  "wss://x:1#",
  "wss:///x:1",
  "wss://x:1\\",
])("%j is no URL of a peer, though it can be read as one", (url) => {
  for (const resource of [resources.Node, resources.Route] as Resource[])
    expect(propertiesOf(checkInputs(resource, { url }).failures)).toEqual(["url"]);
});

test("a host with a backslash is no host: its port would be lost", () => {
  expect(propertiesOf(checkInputs(resources.Node as Resource, { hostname: "x\\y" }).failures)).toEqual(["hostname"]);
});

test("giant lists are refused or taken, and not for ever", () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `table-${index}`);
  const edges = names.map((table) => ({ database: "shop", table }));
  const check = (inputs: Record<string, unknown>) =>
    checkInputs(resources.Node as Resource, { hostname: "eu", ...inputs });
  expect(check({ subscriptions: edges, revokedCertificates: names }).failures).toEqual([]);
  expect(check({ subscriptions: [...edges, ...edges] }).failures).toHaveLength(10_000);
  expect(check({ subscriptions: names }).failures).toHaveLength(10_000);
  expect(check({ subscriptions: edges.map(({ table }) => ({ table, [table]: 1 })) }).failures).toHaveLength(20_000);
});

test("nodes that failed and have no text for a name are nodes that failed", () => {
  const body = { failed_nodes: [{ toString: {} }, null, "eu-1"], connections: [{ response: { toString: {} } }] };
  expect(failureIn("configure_cluster", "us", { status: 200, body }, String)?.message).toMatch(
    /a node failed, .*a node failed, .*eu-1 failed/,
  );
});
