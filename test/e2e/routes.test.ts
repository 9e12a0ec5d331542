import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, empty } from "../../scripts/demo/harper.mts";
import { frontEnds, harper, openStack, type TestStack } from "./stack";

const { "us-1": us } = harper();
const [a, b, c] = ["wss://127.0.0.97:9933", "wss://127.0.0.98:9933", "wss://127.0.0.99:9933"];

const stored = async () => {
  const { replication } = (await ask(us, { operation: "get_configuration" })) as { replication: { routes: unknown } };
  return replication.routes;
};
const store = (...routes: unknown[]) => ask(us, { operation: "set_configuration", replication_routes: routes });

describe.each(frontEnds)("the list of an instance's routes, on the $name", ({ example, module }) => {
  let stack: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await store();
    stack = await openStack(`routes-${example}`, example);
  });
  afterAll(() => store());

  const program = (routes: unknown[], more = "") =>
    stack.write(`import { Routes } from "${module}";
new Routes("routes", { target: "us-1", routes: ${JSON.stringify(routes)}${more} });
`);

  test("is made in its order, has no changes, and is put in another order", async () => {
    program([b, { hostname: "127.0.0.97", revokedCertificates: ["aa"] }]);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringMatching(/Pending on us-1: it will dial/) });
    expect(await stored()).toEqual([b, { url: a, revokedCertificates: ["aa"] }]);
    expect(await stack.preview()).toEqual([]);
    program([{ url: a, revokedCertificates: ["aa"] }, b]);
    expect(await stack.preview()).toEqual([{ op: "update", name: "routes", fields: ["routes"] }]);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await stored()).toEqual([{ url: a, revokedCertificates: ["aa"] }, b]);
    expect(await stack.preview()).toEqual([]);
  });

  test("what somebody adds is named as drift, and removed", async () => {
    await store(c, a, b);
    const preview = await stack.pulumi("preview", "--refresh");
    expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining(`${c} will be removed`) });
    expect(await stack.up("--refresh")).toMatchObject({ code: 0, stdout: expect.stringContaining("~ 1 updated") });
    expect(await stored()).toEqual([{ url: a, revokedCertificates: ["aa"] }, b]);
    expect(await stack.preview("--refresh")).toEqual([]);
  });

  test("destroyed, it leaves what it did not declare; and made over that it is refused, unless adopt says so", async () => {
    await store(c, a, b);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect(await stored()).toEqual([c]);
    program([a]);
    const preview = await stack.pulumi("preview");
    expect(preview.stdout).toMatch(/wss:\/\/127\.0\.0\.99:9933 is there and not declared, so `up` refuses/);
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/is there and not declared.*adopt: "always"/s);
    expect(await stored()).toEqual([c]);
    program([a], ', adopt: "always"');
    expect((await stack.pulumi("preview")).stdout).toContain(`${c} will be removed`);
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await stored()).toEqual([a]);
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    expect(await stored()).toEqual([]);
  });

  test("beside a Route of the same instance, preview fails and names both", async () => {
    stack.write(`import { Route, Routes } from "${module}";
new Routes("routes", { target: "us-1", routes: ["${a}"] });
new Route("route", { target: "us-1", url: "${b}" });
`);
    const preview = await stack.pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.stdout + preview.stderr).toMatch(/target.*us-1 has Routes? resources, too/s);
  });
});

test("an import has what is there, and the program that says the same has no changes", async () => {
  const timed = { hostname: "127.0.0.98", port: 9933, startTime: "2026-01-01T00:00:00.000Z" };
  await store(c, timed);
  const stack = await openStack("routes-import", "native");
  const options = ["--yes", "--protect=false", "--generate-code=false"];
  await stack.must("import", "harper:index:Routes", "routes", `${us.address}/routes`, ...options);
  stack.write(`import { Routes } from "pulumi-harper/native";
new Routes("routes", { target: "us-1", routes: ["${c}", ${JSON.stringify(timed)}] });
`);
  expect(await stack.preview()).toEqual([]);
  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stored()).toEqual([c, timed]);
  expect(await stack.destroy()).toMatchObject({ code: 0 });
  expect(await stored()).toEqual([]);
});
