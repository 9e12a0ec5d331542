import { afterAll, describe, expect, test } from "vitest";
import { claimSettings } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { resources } from "../../provider/resources";
import { startFakeCluster } from "../fake";
import { allocated } from "./allocated";

const { Node, Subscription } = resources as unknown as Record<string, Parameters<Lifecycle["check"]>[0]>;
const [few, many] = [300, 1200];
const steps = ["check", "create", "read", "diff", "delete"] as const;

/** The life of a stack of so many edges on one instance: bytes allocated for each edge, by step. */
async function lifeOf(count: number): Promise<Record<(typeof steps)[number], number>> {
  const tables = Array.from({ length: count }, (_, index) => `t${index}`);
  const fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], tables: { shop: tables } });
  const instances = Object.fromEntries(
    Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
      name.slice(0, 2),
      { endpoint, username, password },
    ]),
  );
  const open = () =>
    new Lifecycle({
      instances: new Instances({ instances, unverified: "fail" }, { quietMs: 20 }),
      unverified: "fail",
      tell: () => {},
      claims: claimSettings({}, "scale"),
    });
  const about = (name: string) => ({ urn: `urn:pulumi:dev::shop::harper:index:X::${name}`, stack: "shop/dev" });
  let run = open();
  const nextRun = async () => {
    await run.close();
    run = open();
  };
  const checked = async (resource: typeof Node, olds: object, inputs: object, name: string) => {
    const { inputs: whole, failures } = await run.check(resource as never, { ...olds }, { ...inputs }, about(name));
    expect(failures).toEqual([]);
    return whole;
  };
  const declared = tables.map((table) => ({ target: "us", node: "eu-1", database: "shop", table }));
  const node = { target: "us", peer: "eu", hostname: "eu-1", verifyTls: false, replicateByDefault: false };
  await run.create(Node as never, await checked(Node, {}, node, "eu"), about("eu"));
  const each = async (work: (index: number) => Promise<unknown>) =>
    (await allocated(() => Promise.all(tables.map((_, index) => work(index))))) / count;

  const inputs: Record<string, unknown>[] = [];
  const states: { id: string; state: never }[] = [];
  const bytes = {
    check: await each(async (index) => {
      inputs[index] = await checked(Subscription, {}, declared[index] as object, tables[index] as string);
    }),
    create: await each(async (index) => {
      states[index] = (await run.create(
        Subscription as never,
        inputs[index] as never,
        about(tables[index] as string),
      )) as never;
    }),
    read: 0,
    diff: 0,
    delete: 0,
  };
  await nextRun();
  const stateAt = (index: number) => states[index] as { id: string; state: never };
  bytes.read = await each((index) =>
    run.read(Subscription as never, stateAt(index).id, stateAt(index).state, about(tables[index] as string)),
  );
  bytes.diff = await each((index) =>
    run.diff(Subscription as never, stateAt(index).state, inputs[index] as never, about(tables[index] as string)),
  );
  await nextRun();
  bytes.delete = await each((index) =>
    run.delete(Subscription as never, stateAt(index).state, about(tables[index] as string)),
  );
  await run.close();
  await fake.close();
  return bytes;
}

describe("what the provider allocates for an edge does not grow with the number of edges", async () => {
  const [small, large] = [await lifeOf(few), await lifeOf(many)];
  afterAll(() => {
    for (const step of steps)
      console.log(
        `${step}: ${Math.round(small[step])} B for each of ${few}, ${Math.round(large[step])} B for each of ${many}`,
      );
  });
  test.each(steps)("%s", (step) => {
    expect(large[step]).toBeLessThan(1.5 * small[step]);
  });
});
