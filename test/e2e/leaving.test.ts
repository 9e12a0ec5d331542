import { dirname } from "node:path";
import { expect, test } from "vitest";
import { readCluster, startInstance, stopInstance } from "../../cli/cluster";
import { count, createTables, empty, type HarperInstance, insert, peers, poll } from "../../scripts/demo/harper.mts";
import { harper, openStack } from "./stack";

const { "us-1": us, "eu-1": eu, "ap-1": ap } = harper();
const join = (name: string, { address }: HarperInstance) =>
  `const ${name} = new Node("${name}", { target: "us-1", peer: "${name}-1", hostname: "${address}", verifyTls: false });`;
const program = (...nodes: string[]) => `import { Node } from "pulumi-harper/native";\n${nodes.join("\n")}\n`;
const membersAt = async (instance: HarperInstance) => (await peers(instance)).map(({ name }) => name).sort();

/** Whether a row written here comes there. */
async function expectFlow(from: HarperInstance, to: HarperInstance, id: string): Promise<void> {
  await insert(from, "orders", [id]);
  const arrived = await poll(
    () => count(to, "orders", [id]),
    (rows) => rows === 1,
    20_000,
  );
  expect(arrived, `${id} of ${from.address} on ${to.address}`).toBe(1);
}

test("a member of a mesh that is down when it is taken out, and removed when it is back: the others stay together", async () => {
  await empty(harper());
  await createTables(harper(), ["orders"]);
  const stack = await openStack("leaving", "native");
  stack.write(program(join("eu", eu), join("ap", ap)));
  expect(await stack.up()).toMatchObject({ code: 0 });
  for (const [at, ...others] of [
    [us, eu, ap],
    [eu, us, ap],
    [ap, us, eu],
  ] as const)
    await expect.poll(() => membersAt(at), { timeout: 10_000 }).toEqual(others.map(({ address }) => address));

  const { instances } = readCluster(dirname(process.env.PULUMI_HARPER_TEST_CLUSTER ?? "")) ?? expect.fail("no cluster");
  const leaver = Object.values(instances).find(({ address }) => address === ap.address) ?? expect.fail("no ap-1");
  await stopInstance(leaver);
  stack.write(program(join("eu", eu)));
  const half = await stack.up();
  expect(half).toMatchObject({ code: 1, stdout: expect.stringMatching(/may still have its record of/) });

  // What dialled it all the while is let in.
  await startInstance(leaver);
  expect(await poll(() => peers(ap).then(Boolean, () => false), Boolean, 30_000)).toBe(true);
  const whole = await stack.up();
  expect(whole, whole.stdout).toMatchObject({ code: 0 });
  expect([await membersAt(us), await membersAt(eu), await membersAt(ap)]).toEqual([[eu.address], [us.address], []]);
  await expectFlow(us, eu, "first");
  await expectFlow(eu, us, "second");
  await stack.must("preview", "--expect-no-changes");
  expect(await stack.destroy()).toMatchObject({ code: 0 });
});
