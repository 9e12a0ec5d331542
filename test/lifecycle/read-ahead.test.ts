import { expect, onTestFinished, test } from "vitest";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { resources } from "../../provider/resources";
import { type FakeCluster, startFakeCluster } from "../fake";

/** So many instances and one hub, and a process of the provider that checks one resource after the other, as Pulumi's engine does. */
async function open(count: number, { timeoutSeconds = 30, latencyMs = 20 } = {}) {
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const fake = await startFakeCluster({ nodes: [...names, "hub"], tables: { shop: ["dog"] }, latencyMs });
  const connections = Object.values(fake.instances).map(({ name, endpoint, username, password }) => [
    name,
    { endpoint, username, password, timeoutSeconds },
  ]);
  const said: string[] = [];
  const instances = new Instances({ instances: Object.fromEntries(connections), unverified: "keep" }, { quietMs: 5 });
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: (_, text) => said.push(text) });
  onTestFinished(async () => {
    lifecycle.cancel();
    await lifecycle.close();
    await fake.close();
  });
  const check = async (name: string) => {
    const declared = { target: name, hostname: "hub", peer: "hub", verifyTls: false, replicateByDefault: false };
    const { inputs, failures } = await lifecycle.check(resources.Node, {}, declared);
    expect(failures).toEqual([]);
    return inputs;
  };
  const create = async (name: string) => lifecycle.create(resources.Node, await check(name));
  return { fake, names, check, create, said };
}

const asked = (fake: FakeCluster) =>
  Object.values(fake.instances)
    .filter(({ name, calls }) => name !== "hub" && calls.length > 0)
    .map(({ name }) => name);

test("those that come next in the configuration are asked already, as many as were looked at before", async () => {
  const { fake, names, check } = await open(10);
  await check("n0");
  expect(asked(fake)).toEqual(["n0"]);
  await check("n1");
  expect(asked(fake)).toEqual(["n0", "n1", "n2"]);
  await check("n2");
  await expect.poll(() => asked(fake)).toEqual(["n0", "n1", "n2", "n3", "n4"]);
  for (const name of names.slice(3)) await check(name);
  // Each was asked what the first was asked, and nothing twice.
  const calls = () => names.map((name) => (fake.instances[name]?.calls ?? []).map(({ operation }) => operation).sort());
  await expect.poll(calls).toEqual(names.map(() => calls()[0]));
});

test("where they are declared in another order than configured, no more are asked in vain than are needed", async () => {
  const { fake, names, check } = await open(40);
  const declared = names.filter((_, index) => index % 5 === 0);
  for (const name of declared) await check(name);
  // Whoever was asked ahead has been asked by now, as the last one was answered after.
  const inVain = asked(fake).filter((name) => !declared.includes(name));
  expect(inVain.length).toBeGreaterThan(0);
  expect(inVain.length).toBeLessThan(declared.length);
});

test("what is asked first of an instance all else waits for, and the rest is asked at once", async () => {
  const { fake, check } = await open(4, { latencyMs: 150 });
  for (const name of ["n0", "n1", "n2"]) await check(name);
  const answered = () => (fake.instances.n3?.calls ?? []).filter(({ until }) => until !== undefined);
  await expect.poll(() => answered().length).toBe(fake.instances.n0?.calls.length);
  const [status, ...others] = answered().toSorted((one, other) => one.at - other.at);
  expect(status?.operation).toBe("cluster_status");
  expect(others.length).toBeGreaterThan(1);
  const [first] = others.map(({ until = 0 }) => until).toSorted((one, other) => one - other);
  expect(others.every(({ at }) => at >= (status?.until ?? 0) && at < (first ?? 0))).toBe(true);
});

test("what was asked before something was written is not asked again ahead", async () => {
  const { fake, names, create } = await open(6);
  for (const name of names) await create(name);
  for (const operation of ["describe_all", "registration_info", "list_certificates"]) {
    const times = names.map(
      (name) => fake.instances[name]?.calls.filter((call) => call.operation === operation).length,
    );
    expect(times, operation).toEqual(names.map(() => 1));
  }
});

test("one that hangs holds up nobody before its turn, is asked one thing, and says so when its turn comes", async () => {
  const { fake, check, said } = await open(4, { timeoutSeconds: 0.5 });
  fake.fail("n2", { fault: { kind: "hang" } });
  await check("n0");
  await check("n1");
  expect(said).toEqual([]);
  await check("n2");
  const calls = fake.instances.n2?.calls ?? [];
  expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(["cluster_status"]));
  expect(said.join()).toMatch(/What is declared for n2 is not checked against it/);
});
