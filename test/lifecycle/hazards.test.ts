import { describe, expect, test } from "vitest";
import { unknown } from "../../provider/unknown";
import { cat, dog } from "./stage";
import { standIns } from "./stand-ins";
import { peersOf, run } from "./world";

const on = standIns();

const said = () => on.stage.provider.said.join("\n");
const rows = (name: "us-1" | "eu-1" | "ap-1", table: string, count: number) => {
  for (let n = 0; n < count; n++) on.fake.insertRow(name, "shop", table, `${name}-${n}`);
};
const has = (name: string, table: string, id: string) => on.fake.hasRow(name, "shop", table, id);
/** What is said by `work` in a run of its own. */
async function saidBy(work: () => Promise<unknown>): Promise<string> {
  await on.stage.nextRun();
  await work();
  return said();
}

describe("joining with full replication", () => {
  test("both sides have rows: a warning with the figures of both, before anything is written", async () => {
    rows("us-1", "dog", 3);
    rows("eu-1", "cat", 1);
    await on.stage.provider.node.check(on.stage.eu());
    expect(said()).toMatch(
      /warning: Node eu-1: joining merges the data of both sides: us has 3 rows in 4 tables; eu has 1 row in 4 tables\. us copies all that eu has\. eu copies all that us has\. Of rows with the same key on both the newer one stays; how many those are is not counted\./,
    );
    expect(await peersOf(on.stage.world, "us")).toEqual([]);
    await on.stage.provider.node.create(on.stage.eu());
    await expect.poll(() => [has("us-1", "cat", "eu-1-0"), has("eu-1", "dog", "us-1-2")]).toEqual([true, true]);
  });

  test("a copy onto an empty instance is said, and is no warning; nothing anywhere is nothing to say", async () => {
    await on.stage.provider.node.check(on.stage.eu());
    expect(said()).toBe("");
    rows("us-1", "dog", 2);
    expect(await saidBy(() => on.stage.provider.node.check(on.stage.eu()))).toMatch(
      /^info: .* eu copies all that us has\.$/,
    );
  });

  test("who is not the one to copy from: its older rows stay where they are, and that is said", async () => {
    await on.stage.provider.node.create({ ...on.stage.eu(), hostname: "ap-1" });
    rows("us-1", "dog", 1);
    rows("eu-1", "dog", 2);
    on.fake.pass(61_000);
    expect(await saidBy(() => on.stage.provider.node.check(on.stage.eu()))).toMatch(
      /warning: .*us copies nothing that eu has already, and gets what it writes from now on: it copies from its first route, or else its first peer by name, which is ap-1\. eu copies all that us has\..* The other members \(ap-1\) each go by their own list\./,
    );
    await on.stage.provider.node.create(on.stage.eu());
    await expect.poll(() => has("eu-1", "dog", "us-1-0")).toBe(true);
    on.fake.insertRow("eu-1", "shop", "dog", "next");
    await expect.poll(() => has("us-1", "dog", "next")).toBe(true);
    expect(has("us-1", "dog", "eu-1-0")).toBe(false);
  });

  test("the peer is not in harper:instances: what it has is not counted, and who copies what depends", async () => {
    rows("us-1", "dog", 2);
    const { eu: _, ...known } = on.stage.world.instances;
    const alone = run({ ...on.stage.world, instances: known as typeof on.stage.world.instances });
    await alone.node.check(on.stage.eu());
    expect(alone.said.join()).toMatch(
      /warning: .*us has 2 rows in 4 tables; what eu-1 has is not counted.*eu-1 copies what us has only where us is its first route, or else its first peer by name/,
    );
    await alone.close();
  });

  test("of what is there already nothing is said, when it is created or when it stays", async () => {
    rows("us-1", "dog", 3);
    const { state } = await on.stage.provider.node.create(on.stage.eu());
    expect(await saidBy(() => on.stage.provider.node.check(on.stage.eu()))).toBe("");
    expect(await saidBy(() => on.stage.provider.node.diff(state, on.stage.eu()))).not.toMatch(/rows/);
  });

  test("explicit becomes full: what is older than its edges is not copied", async () => {
    rows("us-1", "dog", 3);
    const { state } = await on.stage.provider.node.create(on.stage.inline(dog));
    expect(await saidBy(() => on.stage.provider.node.diff(state, on.stage.eu()))).toMatch(
      /warning: Node eu-1: it becomes fully replicating: us has 3 rows in 4 tables; eu has 0 rows in 4 tables\. Databases that had an edge go on where they are/,
    );
  });
});

describe("an edge brings no rows that are there already", () => {
  const figures =
    /: rows that are there already are not copied: us has 3 rows of shop\.dog; eu has 1 row of shop\.dog\./;

  test("a Subscription: the rows of both ends that send", async () => {
    rows("us-1", "dog", 3);
    rows("eu-1", "dog", 1);
    await on.stage.provider.node.create(on.stage.explicit());
    const both = await saidBy(() => on.stage.provider.subscription.check(on.stage.edge(dog)));
    expect(both).toMatch(figures);
    expect(both).toMatch(/^warning: Subscription eu-1\/shop\.dog/);
    const inward = await saidBy(() => on.stage.provider.subscription.check(on.stage.edge({ ...dog, publish: false })));
    expect(inward).toMatch(/not copied: eu has 1 row of shop\.dog\./);
    const outward = await saidBy(() =>
      on.stage.provider.subscription.check(on.stage.edge({ ...dog, subscribe: false })),
    );
    expect(outward).toMatch(/not copied: us has 3 rows of shop\.dog\./);
    expect(await saidBy(() => on.stage.provider.subscription.check(on.stage.edge(cat)))).toBe("");
  });

  test("what is said is so: the old rows stay, the next one comes", async () => {
    rows("us-1", "dog", 1);
    await on.stage.provider.node.create(on.stage.explicit());
    await on.stage.provider.subscription.create(on.stage.edge(dog));
    on.fake.insertRow("us-1", "shop", "dog", "next");
    await expect.poll(() => has("eu-1", "dog", "next")).toBe(true);
    expect(has("eu-1", "dog", "us-1-0")).toBe(false);
  });

  test("it is said once, at the edge that is new or opens another way, not of what stays", async () => {
    rows("us-1", "dog", 3);
    await on.stage.provider.node.create(on.stage.explicit());
    const inward = on.stage.edge({ ...dog, publish: false });
    const { state } = await on.stage.provider.subscription.create(inward);
    expect(await saidBy(() => on.stage.provider.subscription.diff(state, inward))).toBe("");
    expect(await saidBy(() => on.stage.provider.subscription.diff(state, on.stage.edge(dog)))).toMatch(
      /not copied: us has 3 rows of shop\.dog\./,
    );
    await on.stage.provider.subscription.check(on.stage.edge({ ...cat, publish: true }));
    await on.stage.provider.subscription.check(on.stage.edge({ ...cat, publish: true }));
    expect(said().match(/shop\.dog\./g)).toHaveLength(1);
  });

  test("inline edges: one sentence for all that are new", async () => {
    rows("us-1", "dog", 3);
    rows("eu-1", "dog", 1);
    rows("eu-1", "cat", 2);
    expect(await saidBy(() => on.stage.provider.node.check(on.stage.inline(dog, cat)))).toMatch(
      /warning: Node eu-1: .*us has 3 rows of shop\.dog; eu has 2 rows of shop\.cat, 1 row of shop\.dog\./,
    );
    const { state } = await on.stage.provider.node.create(on.stage.inline(dog));
    expect(await saidBy(() => on.stage.provider.node.diff(state, on.stage.inline(dog, cat)))).toMatch(
      /not copied: eu has 2 rows of shop\.cat\./,
    );
  });

  test("the peer cannot be asked: the target's figures, and that the other's are missing", async () => {
    rows("us-1", "dog", 3);
    await on.stage.provider.node.create(on.stage.explicit());
    on.fake.fail("eu-1", { operation: "describe_all", fault: { kind: "status", status: 401, error: "Login failed" } });
    expect(await saidBy(() => on.stage.provider.subscription.check(on.stage.edge(dog)))).toMatch(
      /not copied: us has 3 rows of shop\.dog; what eu has is not counted/,
    );
  });

  test("a node that is not known yet: the figures of the target", async () => {
    rows("us-1", "dog", 3);
    await on.stage.provider.subscription.check({ ...on.stage.edge(dog), node: unknown });
    expect(said()).toMatch(/warning: Subscription us\/shop\.dog: .*us has 3 rows of shop\.dog\. An edge/);
  });
});

describe("interruptions", () => {
  const activated = (edge: object) => on.stage.edge({ ...edge, activate: "reconnect" });

  test("activate: what a reconnect will interrupt, where one will be needed", async () => {
    await on.stage.provider.node.create(on.stage.explicit());
    expect(await saidBy(() => on.stage.provider.subscription.check(activated(dog)))).not.toMatch(/interrupt/);
    await on.stage.provider.subscription.create(activated(dog));
    expect(await saidBy(() => on.stage.provider.subscription.check(activated(cat)))).toMatch(
      /warning: activate: reconnecting us and eu-1 will interrupt shop\.dog with eu-1 for some seconds\. Rows written meanwhile follow where rows of their database came before/,
    );
    const { state } = await on.stage.provider.subscription.create(on.stage.edge(cat));
    expect(await saidBy(() => on.stage.provider.subscription.diff(state, on.stage.edge(cat)))).not.toMatch(/interrupt/);
    expect(
      await saidBy(() =>
        on.stage.provider.node.diff(explicitState(), { ...on.stage.explicit(), activate: "reconnect" }),
      ),
    ).toMatch(/will interrupt shop\.cat, shop\.dog with eu-1/);
  });

  const explicitState = () => ({
    ...on.stage.explicit(),
    instance: "us-1",
    name: "eu-1",
    address: "wss://eu-1:9933",
  });

  test("a Node that is replaced: what that interrupts", async () => {
    const { state } = await on.stage.provider.node.create({ ...on.stage.inline(dog), revokedCertificates: ["aa"] });
    const wanted = { ...on.stage.inline(dog), revokedCertificates: [] };
    expect(await saidBy(() => on.stage.provider.node.diff(state, wanted))).toMatch(
      /warning: Node eu-1 is removed and joined again: that interrupts shop\.dog with eu-1 for some seconds/,
    );
  });
});

describe("routes that bring a removed node back", () => {
  test("a route to who still has a full record: the next start brings it back, with figures", async () => {
    await on.stage.provider.node.create(on.stage.eu());
    await on.stage.world.ask("us", { operation: "remove_node", hostname: "eu-1" });
    rows("eu-1", "dog", 2);
    const route = { target: "us", hostname: "eu-1" };
    expect(await saidBy(() => on.stage.provider.route.check(route))).toMatch(
      /warning: Route wss:\/\/eu-1:9933: eu still has a record of us-1 that replicates everything, so the next start of us brings it back as a peer, with all that it wrote since.*eu has 2 rows in 4 tables/,
    );
    await on.stage.provider.route.create(route);
    await on.stage.world.restart("us");
    await expect.poll(() => on.stage.names("us")).toContain("eu-1");
    await expect.poll(() => has("us-1", "dog", "eu-1-0")).toBe(true);
  });

  test("a route to a peer, or to who has no record, is nothing to warn of", async () => {
    await on.stage.provider.route.check({ target: "us", hostname: "ap-1" });
    await on.stage.provider.node.create(on.stage.eu());
    await on.stage.provider.route.check({ target: "us", hostname: "eu-1" });
    expect(said()).not.toMatch(/Route/);
  });

  test("a route to who has an explicit record left brings nothing back", async () => {
    await on.stage.provider.node.create(on.stage.explicit());
    on.fake.cut("us-1", "eu-1");
    await on.stage.world.ask("us", { operation: "remove_node", hostname: "eu-1" });
    on.fake.heal("us-1", "eu-1");
    expect(await on.stage.names("eu")).toEqual(["us-1"]);
    expect(await saidBy(() => on.stage.provider.route.check({ target: "us", hostname: "eu-1" }))).toBe("");
  });

  describe("at a delete", () => {
    const mesh = async () => {
      const { state } = await on.stage.provider.node.create(on.stage.eu());
      await on.stage.provider.node.create({ ...on.stage.eu(), hostname: "ap-1" });
      for (const target of ["us", "ap"]) await on.stage.provider.route.create({ target, hostname: "eu-1" });
      await expect.poll(() => on.stage.names("ap")).toEqual(["ap-1", "eu-1", "us-1"]);
      return state;
    };
    const about = (texts: string[]) =>
      texts
        .filter((text) => text.includes("still has the route wss://eu-1:9933"))
        .map((text) => text.split(" which")[0]);

    test("the leaver has forgotten: the routes of all members dial in vain", async () => {
      const state = await mesh();
      await on.stage.nextRun();
      await on.stage.provider.node.delete(state);
      const vain = "still has the route wss://eu-1:9933: it dials eu-1 in vain,";
      expect(about(on.stage.provider.said)).toEqual([`info: us ${vain}`, `info: ap ${vain}`]);
      await on.stage.world.restart("us");
      await new Promise((done) => setTimeout(done, 100));
      expect(await on.stage.names("us")).not.toContain("eu-1");
    });

    test("the leaver cannot be asked: they bring it back", async () => {
      const state = await mesh();
      const { eu: _, ...known } = on.stage.world.instances;
      const alone = run({ ...on.stage.world, instances: known as typeof on.stage.world.instances });
      await alone.node.delete(state);
      const back = "still has the route wss://eu-1:9933,";
      expect(about(alone.said)).toEqual([`warning: us ${back}`, `warning: ap ${back}`]);
      await alone.close();
    });
  });
});

describe("retainAuthorization", () => {
  test("says whose credentials lie where, and what to do afterwards; and they do lie there", async () => {
    const retained = { ...on.stage.explicit(), retainAuthorization: true };
    await on.stage.provider.node.check(retained);
    expect(said()).toMatch(
      /warning: retainAuthorization: the credentials given in `authorization`, a super_user of eu-1, are kept in clear on us and eu-1.*cluster_status.*system\.hdb_nodes.*change that user's password on eu-1 afterwards/,
    );
    const { authorization: _, ...without } = retained;
    expect(await saidBy(() => on.stage.provider.node.check({ ...without, peer: "eu" }))).toMatch(
      /the credentials that harper:instances has for eu,/,
    );
    const { state } = await on.stage.provider.node.create(retained);
    expect(on.fake.nodes("us-1")["eu-1"]?.authorization).toBeDefined();
    expect(on.fake.nodes("eu-1")["us-1"]?.authorization).toBeDefined();
    expect(await saidBy(() => on.stage.provider.node.diff(state, retained))).not.toMatch(/retainAuthorization/);
  });
});

test("an instance that cannot count stops no preview, and is one warning", async () => {
  on.fake.fail("us-1", { operation: "search_by_value", fault: { kind: "status", status: 500, error: "boom" } });
  const edges = [dog, cat].map((edge) => on.stage.edge({ ...edge, requireTables: false }));
  const checked = await Promise.all(edges.map((edge) => on.stage.provider.subscription.check(edge)));
  expect(checked.map(({ failures }) => failures)).toEqual([[], []]);
  expect(said().match(/could not be asked/g)).toHaveLength(1);
});

test("what is counted is asked once an instance, however many edges there are", async () => {
  const counted = async (count: number) => {
    await on.stage.nextRun();
    const calls = () => ["us-1", "eu-1"].map((name) => on.fake.instances[name]?.calls.length ?? 0);
    const before = calls();
    const tables = Array.from({ length: count }, (_, index) => `t${index}`);
    await Promise.all(
      tables.map((table) =>
        on.stage.provider.subscription.check(on.stage.edge({ ...dog, table, requireTables: false })),
      ),
    );
    return calls().map((now, index) => now - (before[index] ?? 0));
  };
  await on.stage.provider.node.create(on.stage.explicit());
  const few = await counted(2);
  expect(Math.max(...few)).toBeLessThan(6);
  expect(await counted(50)).toEqual(few);
});
