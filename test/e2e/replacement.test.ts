import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, empty, peers } from "../../scripts/demo/harper.mts";
import { frontEnds, harper, openStack, type TestStack } from "./stack";

const { "us-1": us, "eu-1": eu } = harper();

describe.each(frontEnds)("a Node that is replaced, on the $name", ({ example, module }) => {
  let stack: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders"]);
    stack = await openStack(`replaced-${example}`, example);
  });
  afterAll(() => empty(harper()));

  const edges = async () =>
    (await peers(us)).flatMap(({ subscriptions = [] }) =>
      subscriptions.filter((edge) => edge.subscribe).map(({ table }) => table),
    );

  test("its Subscriptions are there again after the same up", async () => {
    const program = (serials: string) => `import { Node, Subscription } from "${module}";
const eu = new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${eu.address}", verifyTls: false, replicateByDefault: false, revokedCertificates: [${serials}] });
new Subscription("orders", { target: "us-1", node: eu.name, database: "shop", table: "orders" });
`;
    stack.write(program('"aa"'));
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await edges()).toEqual(["orders"]);
    stack.write(program(""));
    expect((await stack.preview()).map(({ op, name }) => `${op} ${name}`)).toContain("update orders");
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("~ 1 updated") });
    expect(await edges()).toEqual(["orders"]);
    expect(await stack.preview()).toEqual([]);
  });

  test("what is as declared stays when it is to be replaced, and it is said", async () => {
    const { resources = [] } = (await stack.state()).deployment;
    const urn = resources.find((one) => one.urn.endsWith("::orders"))?.urn ?? "";
    const up = await stack.up("--replace", urn);
    expect(up).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/stays as it is, as the program still declares/),
    });
    expect(await edges()).toEqual(["orders"]);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });
});
