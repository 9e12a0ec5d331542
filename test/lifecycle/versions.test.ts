import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clusteringOperations, HarperClient } from "../../provider/operations-api";
import { fakeWorld } from "./fake-world";
import { dog, Stage } from "./stage";
import { peersOf } from "./world";

let stage: Stage;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
async function open(options: Parameters<typeof fakeWorld>[0]) {
  const faked = await fakeWorld(options);
  fake = faked.fake;
  stage = new Stage(async () => faked.world);
  await stage.begin();
}
afterEach(async () => {
  await stage.end();
  await fake.close();
});
const said = () => stage.provider.said.join("\n");

describe("Harper 5", () => {
  beforeEach(() => open({ version: "5.0.3" }));

  test.each([
    ["a Subscription", () => stage.provider.subscription.check(stage.edge(dog)), "node", "update_node"],
    ["an explicit Node", () => stage.provider.node.check(stage.explicit()), "replicateByDefault", "update_node"],
    ["a Node with edges", () => stage.provider.node.check(stage.inline(dog)), "subscriptions", "update_node"],
    ["a Route", () => stage.provider.route.check({ target: "us", hostname: "ap-1" }), "target", "cluster_set_routes"],
    [
      "a connection with edges",
      () =>
        stage.provider.configuration.check({ target: "us", connections: [{ hostname: "eu-1", subscriptions: [dog] }] }),
      "connections[0].subscriptions",
      "update_node",
    ],
    ["Routes", () => stage.provider.routes.check({ target: "us", routes: [] }), "target", "cluster_set_routes"],
  ])("%s is refused in preview, with instance, version and operation", async (_, check, property, operation) => {
    const { failures } = await check();
    expect(failures).toEqual([{ property, reason: expect.stringMatching(`Harper 5.0.3 on us has no ${operation}`) }]);
  });

  test("a fully replicating Node is what it has", async () => {
    const { id, state } = await stage.provider.node.create(stage.eu());
    await stage.nextRun();
    expect(await stage.provider.node.diff(state, stage.eu())).toMatchObject({ changes: false });
    expect((await stage.provider.node.read(id, state))?.state.replicateByDefault).toBe(true);
    await stage.nextRun();
    await stage.provider.node.delete(state);
    expect(await peersOf(stage.world, "us")).toEqual([]);
  });
});

/** What each operation that Harper 5 lacks is sent with. */
const requests = {
  update_node: { hostname: "eu-1", subscriptions: [dog] },
  configure_cluster: { connections: [{ hostname: "eu-1" }] },
  cluster_set_routes: { routes: ["wss://eu-1:9933"] },
  cluster_get_routes: {},
  cluster_delete_routes: { routes: ["wss://eu-1:9933"] },
};

describe("a version that was not known in preview", () => {
  const lie = { operation: "registration_info", fault: { kind: "lose", answer: { version: "4.7.29" } } } as const;
  const refusal = { operation: "registration_info", fault: { kind: "status", status: 403, error: "no" } } as const;
  const absence = {
    operation: "registration_info",
    fault: { kind: "status", status: 400, error: "Operation 'registration_info' not found" },
  } as const;
  const cases = [
    [lie, "4\\.7\\.29, as it says"],
    [refusal, "of a version that it does not tell"],
    [absence, "of a version that it does not tell"],
  ] as const;
  beforeEach(() => open({ version: "5.0.3" }));

  test.each(cases)("%j: each operation says at run time who lacks it", async (planned, version) => {
    fake.fail("us-1", planned);
    const client = new HarperClient("us", stage.world.instances.us.connection);
    const has = ["add_node", "remove_node", "cluster_status"];
    expect(Object.keys(requests).sort()).toEqual(
      Object.keys(clusteringOperations)
        .filter((name) => !has.includes(name))
        .sort(),
    );
    for (const [operation, request] of Object.entries(requests))
      await expect(client.send(operation as "update_node", request as never)).rejects.toMatchObject({
        code: "unsupportedOperation",
        operation,
        instance: "us",
        message: expect.stringMatching(
          new RegExp(`^${operation} on us: .*Operation '${operation}' not found.*; it is Harper ${version}`),
        ),
      });
    await client.close();
  });

  test.each(cases)(
    "%j: a resource is checked all the same, and its error names all three",
    async (planned, version) => {
      fake.fail("us-1", planned);
      const route = { target: "us", hostname: "ap-1" };
      expect((await stage.provider.route.check(route)).failures).toEqual([]);
      await expect(stage.provider.route.create(route)).rejects.toMatchObject({
        code: "unsupportedOperation",
        message: expect.stringMatching(new RegExp(`cluster_get_routes on us: .*; it is Harper ${version}`)),
      });
    },
  );
});

describe("a mixed cluster", () => {
  beforeEach(() => open({ versions: { "eu-1": "5.0.3" } }));
  const mixed =
    "Harper 5.0.3 on eu has no update_node and no longer honours explicit subscriptions; us is Harper 4.7.29";

  test("explicit edges to the newer one are refused in preview, with both", async () => {
    expect((await stage.provider.node.check(stage.explicit())).failures).toEqual([
      { property: "replicateByDefault", reason: mixed },
    ]);
    expect((await stage.provider.node.check({ ...stage.inline(dog), peer: "eu" })).failures).toEqual([
      { property: "subscriptions", reason: mixed },
    ]);
    await stage.nextRun();
    expect((await stage.provider.subscription.check(stage.edge(dog))).failures).toEqual([
      { property: "node", reason: mixed },
    ]);
  });

  test("a full join of two is said, with both", async () => {
    expect((await stage.provider.node.check(stage.eu())).failures).toEqual([]);
    expect(said()).toMatch(/warning: Node eu-1: us is Harper 4\.7\.29 and eu is Harper 5\.0\.3/);
    await stage.nextRun();
    await stage.provider.node.check({ ...stage.eu(), hostname: "ap-1" });
    expect(said()).not.toMatch(/is Harper/);
  });

  test("a peer that cannot be asked stops nothing", async () => {
    fake.fail("eu-1", { operation: "registration_info", fault: { kind: "status", status: 500, error: "boom" } });
    expect((await stage.provider.node.check(stage.explicit())).failures).toEqual([]);
  });
});
