import { describe, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { topologyHash } from "../../topology/live/hash";
import { readLive } from "../../topology/live/read";
import { dog } from "./stage";
import { standIns } from "./stand-ins";
import { connectionsOf, run } from "./world";

const on = standIns();

async function hash(): Promise<string | undefined> {
  const instances = new Instances({ instances: connectionsOf(on.stage.world), unverified: "keep" });
  return readLive(instances)
    .then(topologyHash)
    .finally(() => instances.close());
}

/** A run of the provider that is told what to expect. */
const expecting = (topology: string) => run(on.stage.world, "keep", topology);

describe("harper:expectedTopology", () => {
  test("as it was: all is written, though the first write moves it", async () => {
    const provider = expecting((await hash()) ?? "");
    const { state } = await provider.node.create(on.stage.explicit());
    await provider.subscription.create(on.stage.edge(dog));
    expect(await on.stage.edges("us")).toHaveLength(1);
    expect(state.name).toBe("eu-1");
    await provider.close();
  });

  test("moved since: nothing is written, and what is only read goes on", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    const reviewed = (await hash()) ?? "";
    await on.stage.provider.subscription.create(on.stage.edge(dog));
    const provider = expecting(reviewed);
    await expect(provider.node.delete(state)).rejects.toMatchObject({
      code: "moved",
      message: expect.stringMatching(
        `^expectedTopology on the cluster: harper:expectedTopology is ${reviewed}, and the live topology is [0-9a-f]{16}\\. .*so nothing was written`,
      ),
    });
    expect(await on.stage.names("us")).toContain("eu-1");
    expect((await provider.node.read("us-1/eu-1", state))?.state).toMatchObject({ name: "eu-1" });
    await provider.close();
  });

  test("any: whatever it is, all is written", async () => {
    const provider = expecting("any");
    await provider.node.create(on.stage.explicit());
    expect(await on.stage.names("us")).toContain("eu-1");
    await provider.close();
  });

  test("an instance that does not answer: nothing is written", async () => {
    const provider = expecting((await hash()) ?? "");
    on.fake.fail("ap-1", {
      operation: "search_by_value",
      fault: { kind: "status", status: 401, error: "Login failed" },
    });
    await expect(provider.node.create(on.stage.explicit())).rejects.toThrow(/cannot be told: search_by_value on ap/);
    expect(await on.stage.names("us")).toEqual([]);
    await provider.close();
  });

  test("is what is stored, whoever made it, and neither rows nor processes", async () => {
    const before = await hash();
    on.fake.insertRow("us-1", "shop", "dog", "one");
    await on.stage.world.restart("eu");
    expect(await hash()).toBe(before);
    await on.stage.world.ask("us", { operation: "set_configuration", replication_routes: ["wss://eu-1:9933"] });
    const routed = await hash();
    expect(routed).not.toBe(before);
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    expect(await hash()).not.toBe(routed);
    await on.stage.nextRun();
    await on.stage.provider.node.delete(state);
    expect(await hash()).toBe(routed);
  });
});
