import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { frontEnds, harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
const orders = { database: "shop", table: "orders", subscribe: true, publish: true };
const prices = { ...orders, table: "prices", subscribe: false };

const namesOn = async (instance: typeof us) =>
  (await peers(instance)).map(({ name }) => name).filter((name) => name !== instance.address);
const connection = (peer: "eu-1" | "ap-1", more: object = {}) => ({
  peer,
  hostname: harper()[peer].address,
  verifyTls: false,
  ...more,
});
const explicit = (peer: "eu-1" | "ap-1", ...subscriptions: object[]) => connection(peer, { subscriptions });
const byHand = (peer: typeof eu) =>
  ask(us, {
    operation: "add_node",
    hostname: peer.address,
    verify_tls: false,
    authorization: { username: peer.username, password: peer.password },
    subscriptions: [prices],
  });

beforeAll(async () => {
  await empty(harper());
  await createTables(harper(), ["orders", "prices"]);
});
afterAll(() => empty(harper()));

describe.each(frontEnds)("all peers of an instance, on the $name", ({ example, module }) => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await openStack(`configuration-${example}`, example);
  });

  const program = (connections: object[], more = "") =>
    stack.write(`import { ClusterConfiguration } from "${module}";
new ClusterConfiguration("cluster", { target: "us-1", connections: ${JSON.stringify(connections)}${more} });
`);

  test("are joined on both ends, and have no changes in any order", async () => {
    program([explicit("eu-1", orders), explicit("ap-1", prices)]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await namesOn(us)).toEqual([eu.address, ap.address].sort());
    expect([await namesOn(eu), await namesOn(ap)]).toEqual([[us.address], [us.address]]);
    expect(await stack.preview()).toEqual([]);
    program([explicit("ap-1", prices), explicit("eu-1", orders)]);
    expect((await stack.pulumi("preview", "--expect-no-changes", "--refresh")).code).toBe(0);
  });

  test("of which one is taken out: it is named, and removed from both ends", async () => {
    program([explicit("eu-1", orders)]);
    expect((await stack.pulumi("preview")).stdout).toContain(`${ap.address} will be removed on both ends`);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect([await namesOn(us), await namesOn(ap)]).toEqual([[eu.address], []]);
  });

  test("one that somebody else joined stops the preview with its name, unless it is to be removed", async () => {
    await byHand(ap);
    const refused = await stack.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(`${ap.address} is a peer of us-1 and not declared`);
    expect(await namesOn(us)).toContain(ap.address);
    program([explicit("eu-1", orders)], ", removeUnmanaged: true");
    const told = await stack.pulumi("preview", "--refresh");
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${ap.address} will be removed on both ends`),
    });
    expect(await stack.up("--refresh")).toMatchObject({ code: 0 });
    expect([await namesOn(us), await namesOn(ap)]).toEqual([[eu.address], []]);
    expect(await stack.preview("--refresh")).toEqual([]);
  });

  test("credentials among them are secret in the state, and nobody is shown them", async () => {
    const { username, password } = ap;
    const given = explicit("ap-1", prices);
    program([explicit("eu-1", orders), { ...given, peer: undefined, authorization: { username, password } }]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(JSON.stringify(await stack.state())).not.toContain(password);
    expect(await stack.preview()).toEqual([]);
  });

  test("beside a Node of the same instance, preview fails and names both", async () => {
    const source = stack.read();
    stack.write(`${source}import { Node } from "${module}";
new Node("node", { target: "us-1", hostname: "127.0.0.99" });
`);
    const preview = await stack.pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.stdout + preview.stderr).toMatch(/each would undo the other/);
    stack.write(source);
  });

  test("destroyed, it takes the declared away and leaves the rest", async () => {
    program([explicit("eu-1", orders)]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    await byHand(ap);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect([await namesOn(us), await namesOn(eu), await namesOn(ap)]).toEqual([[ap.address], [], [us.address]]);
    await empty(harper());
  });
});

test("an import has all that are there, and the program that says the same has no changes", async () => {
  await byHand(eu);
  await byHand(ap);
  const stack = await openStack("configuration-import", "native");
  const id = `${us.address}/configuration`;
  const options = ["--yes", "--protect=false", "--generate-code=false"];
  await stack.must("import", "harper:index:ClusterConfiguration", "cluster", id, ...options);
  stack.write(`import { ClusterConfiguration } from "pulumi-harper/native";
new ClusterConfiguration("cluster", { target: "us-1", connections: ${JSON.stringify([explicit("eu-1", prices), explicit("ap-1", prices)])} });
`);
  expect(await stack.preview()).toEqual([]);
  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stack.preview()).toEqual([]);
  expect(await stack.destroy()).toMatchObject({ code: 0 });
  expect([await namesOn(us), await namesOn(eu), await namesOn(ap)]).toEqual([[], [], []]);
});
