import { setTimeout } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { dog } from "./stage";
import { standIns } from "./stand-ins";
import { authorizationOf, run, type World } from "./world";

const on = standIns();

/** Another run, with these instances said to be gone for good. */
async function runWithout(...gone: ("us" | "eu" | "ap")[]) {
  await on.stage.end();
  const instances = structuredClone(on.stage.world.instances);
  for (const name of gone) instances[name].connection.gone = true;
  return run({ ...on.stage.world, instances } as World);
}

describe("removal", { timeout: 30_000 }, () => {
  test("from a full mesh: from every member, those too that did not hear of it, and it is said beforehand", async () => {
    const { ap } = on.stage.world.instances;
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    await on.stage.provider.node.create({
      ...on.stage.eu(),
      hostname: "ap-1",
      authorization: authorizationOf(ap.connection),
    });
    await expect.poll(() => on.stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
    await on.stage.nextRun();
    on.fake.cut("us-1", "ap-1");
    await on.stage.provider.node.delete(state);
    on.fake.heal("us-1", "ap-1");
    expect([await on.stage.names("us"), await on.stage.names("eu"), await on.stage.names("ap")]).toEqual([
      ["ap-1", "us-1"],
      [],
      ["ap-1", "us-1"],
    ]);
    expect(on.stage.provider.said.join()).toMatch(/warning: .*one mesh, so it is detached from ap-1, too/);
  });

  describe("from a mesh of three", () => {
    const states = { eu: {}, ap: {} };
    const create = async (name: "eu" | "ap") => {
      const { reports, connection } = on.stage.world.instances[name];
      const authorization = authorizationOf(connection);
      const inputs = { ...on.stage.eu(), hostname: reports, authorization, revokedCertificates: ["AB"] };
      states[name] = (await on.stage.provider.node.create(inputs)).state;
    };
    const isWhole = async () => {
      for (const name of ["us", "eu", "ap"] as const)
        await expect.poll(() => on.stage.names(name)).toEqual(["ap-1", "eu-1", "us-1"]);
    };
    const members = async () => [await on.stage.names("us"), await on.stage.names("eu"), await on.stage.names("ap")];
    beforeEach(async () => {
      await create("eu");
      await create("ap");
      await isWhole();
      await on.stage.nextRun();
    });

    /** The sockets of us to one are down when it leaves: they dial on, and are let in as long as that one knows us. */
    async function leavesUnheard(name: "eu" | "ap"): Promise<unknown> {
      on.fake.cut("us-1", `${name}-1`);
      await on.stage.world.restart(name);
      const deletion = on.stage.provider.node.delete(states[name]).catch((error: unknown) => error);
      await expect.poll(() => on.stage.names("us")).not.toContain(`${name}-1`);
      on.fake.heal("us-1", `${name}-1`);
      return deletion;
    }

    test("what who leaves removes comes to one that stays: it is joined to the others again, as it was", async () => {
      await leavesUnheard("ap");
      expect(await members()).toEqual([["eu-1", "us-1"], ["eu-1", "us-1"], []]);
      expect(on.fake.nodes("us-1")["eu-1"]).toMatchObject({ revoked_certificates: ["AB"] });
      expect(on.stage.provider.said.join()).toMatch(/info: .*us-1 had lost eu-1, .*joined again/);
    });

    test("also where the leaver could not be cleared to the end", async () => {
      const fault = { kind: "status", status: 500, error: "no" } as const;
      on.fake.fail("ap-1", { operation: "remove_node", after: "remove_node", times: 1, fault });
      expect(await leavesUnheard("ap")).toMatchObject({ code: "halfDone" });
      expect((await members()).slice(0, 2)).toEqual([
        ["eu-1", "us-1"],
        ["eu-1", "us-1"],
      ]);
    });

    test.each([
      ["fails", { kind: "status", status: 500, error: "no" }, '"no"'],
      ["is not done with success", { kind: "lose" }, "Harper answered success, and did not do it"],
    ] as const)("and where that %s, what to do is said", async (_, fault, answer) => {
      on.fake.fail("us-1", { operation: "add_node", fault });
      await leavesUnheard("ap");
      expect(await on.stage.names("us")).toEqual([]);
      const said = on.stage.provider.said.join();
      expect(said).toMatch(/warning: .*us-1 had lost eu-1.* could not be joined again/);
      expect(said).toContain(answer);
      const node = { hostname: "eu-1", url: "wss://eu-1:9933" };
      expect(said).toContain(`pulumi-harper op add_node '${JSON.stringify(node)}' --instance us`);
    });

    test("one that left and is back in the same run stays with the others, too", async () => {
      await on.stage.provider.node.delete(states.ap);
      await create("ap");
      await isWhole();
      await leavesUnheard("eu");
      expect(await members()).toEqual([["ap-1", "us-1"], [], ["ap-1", "us-1"]]);
    });

    test("who leaves in the same run is not joined again", async () => {
      await Promise.all(Object.values(states).map((state) => on.stage.provider.node.delete(state)));
      expect(await members()).toEqual([[], [], []]);
      expect(on.stage.provider.said.join()).not.toContain("had lost");
    });

    test.each([300, 900])("nor who leaves by another process, %i ms later", async (ms) => {
      const other = run(on.stage.world);
      const first = on.stage.provider.node.delete(states.eu);
      await setTimeout(ms);
      await Promise.all([first, other.node.delete(states.ap)]);
      await other.close();
      expect(await members()).toEqual([[], [], []]);
    });
  });

  test("an explicit record that another member has of it stays: that is another Node's", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.provider.node.create({ ...on.stage.explicit(), target: "ap" });
    await on.stage.nextRun();
    await on.stage.provider.node.delete(state);
    expect([await on.stage.names("us"), await on.stage.names("eu"), await on.stage.names("ap")]).toEqual([
      [],
      ["ap-1"],
      ["eu-1"],
    ]);
  });

  test("a Node and its edges that go at the same time, as after an import without an `up`: no update_node brings it back", async () => {
    const { provider } = on.stage;
    const node = await provider.node.create(on.stage.explicit());
    const edges = await Promise.all(
      ["dog", "cat"].map((table) => provider.subscription.create(on.stage.edge({ ...dog, table }))),
    );
    await on.stage.nextRun();
    on.fake.fail("us-1", { operation: "remove_node", fault: { kind: "delay", ms: 400 } });
    await Promise.all([
      on.stage.provider.node.delete(node.state),
      ...edges.map(({ state }) => on.stage.provider.subscription.delete(state)),
    ]);
    expect([await on.stage.names("us"), await on.stage.names("eu")]).toEqual([[], []]);
  });

  test("a peer that does not answer: removed here, kept in state with the reason, and finished by the next run", async () => {
    const { id, state } = await on.stage.provider.node.create(on.stage.eu());
    await on.stage.nextRun();
    await on.fake.stop("eu-1");
    await expect(on.stage.provider.node.delete(state)).rejects.toMatchObject({
      code: "halfDone",
      message: expect.stringMatching(/is removed there, and may still have its record of us-1.*gone: true/),
    });
    expect(await on.stage.names("us")).toEqual([]);
    await on.stage.nextRun();
    expect(await on.stage.provider.node.read(id, state)).toMatchObject({ state: { mirror: "only there" } });
    await expect(on.stage.provider.node.delete(state)).rejects.toMatchObject({ code: "halfDone" });
    await on.fake.start("eu-1");
    await on.stage.nextRun();
    await on.stage.provider.node.delete(state);
    expect(await on.stage.names("eu")).toEqual([]);
  });

  test("a peer that nobody is to ask, or is gone for good, is named and not waited for", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    await on.fake.stop("eu-1");
    const provider = await runWithout("eu");
    await provider.node.delete(state);
    expect(provider.said.join()).toMatch(/removed at us-1. Not checked: what eu-1 keeps/);
    await provider.close();
    const { eu: _, ...instances } = on.stage.world.instances;
    const stranger = run({ ...on.stage.world, instances } as World);
    await stranger.node.delete(state);
    expect(stranger.said.join()).toMatch(/removed at us-1. Not checked: what eu-1 keeps/);
    await stranger.close();
    await on.fake.start("eu-1");
  });

  test("an answer that comes too late is no failure where the node is gone", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.end();
    const instances = structuredClone(on.stage.world.instances);
    instances.us.connection.timeoutSeconds = 0.5;
    const provider = run({ ...on.stage.world, instances } as World);
    on.fake.fail("us-1", { operation: "remove_node", fault: { kind: "late", ms: 1500 } });
    await provider.node.delete(state);
    expect(await on.stage.names("us")).toEqual([]);
    await provider.close();
  });
});

describe("an instance that is gone for good", { timeout: 30_000 }, () => {
  test("the target: its objects can be deleted, the peer's record goes, and nothing is asked of it", async () => {
    const { state } = await on.stage.provider.node.create(on.stage.explicit());
    const edge = await on.stage.provider.subscription.create(on.stage.edge(dog));
    const provider = await runWithout("us");
    const before = on.fake.instances["us-1"]?.calls.length;
    expect(await provider.node.read("us-1/eu-1", state)).toEqual({ id: "us-1/eu-1", state });
    await provider.subscription.delete(edge.state);
    await provider.node.delete(state);
    expect(provider.said.join()).toMatch(
      /Node us-1\/eu-1 is taken out of the state, as us is gone.*us-1 on eu was removed/,
    );
    expect(on.fake.instances["us-1"]?.calls.length).toBe(before);
    expect(await on.stage.names("eu")).toEqual([]);
    await provider.close();
  });

  test("the peer: nobody waits for it, and an edge is taken away on this end", async () => {
    const { eu } = on.stage.world.instances;
    on.stage.world.instances.eu = { ...eu, connection: { ...eu.connection } };
    await on.stage.provider.node.create(on.stage.explicit());
    const edge = await on.stage.provider.subscription.create(on.stage.edge(dog));
    await on.stage.nextRun();
    await on.fake.stop("eu-1");
    await expect(on.stage.provider.subscription.delete(edge.state)).rejects.toMatchObject({ code: "halfDone" });
    await on.stage.end();
    const instances = { ...on.stage.world.instances, "eu-1": on.stage.world.instances.eu };
    instances["eu-1"] = { ...eu, connection: { ...eu.connection, gone: true } };
    const { eu: _, ...named } = instances;
    const provider = run({ ...on.stage.world, instances: named as never });
    await provider.subscription.delete(edge.state);
    expect(await on.stage.edges("us")).toEqual([]);
    await provider.close();
    await on.fake.start("eu-1");
  });

  test("what is declared on it fails, saying so", async () => {
    const provider = await runWithout("us");
    const made = provider.route.create({ target: "us", hostname: "eu-1" });
    await expect(made).rejects.toThrow(/says that it is gone for good/);
    await provider.close();
  });
});

describe("an answer that says nothing", () => {
  test("an empty table is checked by key before anything is taken for gone", async () => {
    const { id, state } = await on.stage.provider.node.create(on.stage.explicit());
    const edge = await on.stage.provider.subscription.create(on.stage.edge(dog));
    await on.stage.nextRun();
    const empty = { kind: "lose", answer: [] } as const;
    on.fake.fail("us-1", { operation: "search_by_value", fault: empty, times: 99 });
    expect(await on.stage.provider.node.read(id, state)).toEqual({ id, state });
    expect(await on.stage.provider.subscription.read(edge.id, edge.state)).toEqual(edge);
    expect(on.stage.provider.said.join()).toMatch(/not verified.*is there when it is asked for by name/);
  });

  test("a configuration without its replication has no list of routes, not an empty one", async () => {
    const route = await on.stage.provider.route.create({ target: "us", hostname: "eu-1" });
    await on.stage.nextRun();
    const cut = { kind: "lose", answer: { logging: {} } } as const;
    on.fake.fail("us-1", { operation: "get_configuration", fault: cut, times: 99 });
    expect(await on.stage.provider.route.read(route.id, route.state)).toEqual(route);
  });
});

describe("what was written and cannot be read", { timeout: 30_000 }, () => {
  test.each([
    ["node", "add_node", "us-1/eu-1", () => on.stage.explicit()],
    ["subscription", "update_node", "us-1/eu-1/shop/dog", () => on.stage.edge(dog)],
    ["route", "set_configuration", "us-1/wss://eu-1:9933", () => ({ target: "us", hostname: "eu-1" })],
  ] as const)("a %s is in the state all the same, and the next run takes it up", async (kind, write, id, inputs) => {
    if (kind === "subscription") await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.nextRun();
    for (const operation of ["search_by_value", "get_configuration"]) {
      const fault = { kind: "status", status: 500, error: "boom" } as const;
      on.fake.fail("us-1", { operation, after: write, fault });
    }
    const failed = await on.stage.provider[kind].create(inputs()).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("it is lost", { cause: failed });
    expect(failed.id).toBe(id);
    expect(failed.state).not.toHaveProperty("authorization");
    on.fake.recover("us-1");
    await on.stage.nextRun();
    const read = await on.stage.provider[kind].read(failed.id, failed.state);
    expect(read?.id).toBe(id);
    expect(await on.stage.provider[kind].diff(read?.state ?? {}, inputs())).toMatchObject({ changes: false });
  });
});
