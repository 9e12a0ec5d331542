import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, command, password, startPair } from "./harness";

let bench: Bench;
beforeEach(async () => {
  bench = await startPair();
});
afterEach(() => bench.close());

const run = (...args: string[]) => command(...args, "--instances", bench.file);
const put = (...records: object[]) => bench.fake.insertRows("us-1", "pulumi_harper", "us-1", records);
const lease = { id: "lease 1", kind: "lease", who: "alice@build", pid: 7, machine: "m", run: "r", lifetime: 60 };
const claim = (id: string, stack: string) => ({
  id,
  kind: "claim",
  object: `Route ${id}`,
  stack,
  urn: "urn:pulumi:dev::shop::harper:index:Route::to-eu",
});

test("lease says who writes, and takes it away only when asked to", async () => {
  expect(await run("lease")).toMatchObject({ code: 0, stderr: "nobody holds a lease\n" });
  put(lease);
  const shown = await run("lease");
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/us +alice@build +7 +- +\d{4}-/) });
  expect(await run("lease", "us", "--break")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
  expect(await run("lease", "us", "--break", "--yes")).toMatchObject({ code: 0 });
  expect(bench.fake.hasRow("us-1", "pulumi_harper", "us-1", lease.id)).toBe(false);
});

test("a command that writes waits for who writes, as a run of Pulumi does, and gives the lease up at the end", async () => {
  put(lease);
  const node = JSON.stringify({ hostname: "eu-1", authorization: { username: "admin", password }, verifyTls: false });
  const sent = () => (bench.fake.instances["us-1"]?.calls ?? []).map(({ operation }) => operation);
  const writing = run("op", "add_node", node, "--instance", "us");
  // It put a row of its own, saw the other, and took its own back.
  await expect.poll(sent).toContain("delete");
  expect(sent()).not.toContain("add_node");
  put({ ...lease, lifetime: 0 });
  expect(await writing).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Waiting for us: alice@build \(process 7/),
  });
  expect(sent()).toContain("add_node");
  expect((await run("lease")).stderr).toContain("nobody holds a lease");
});

test("claims says which stack declares what, and removes by id or by stack, and nothing else", async () => {
  expect(await run("claims")).toMatchObject({ code: 0, stderr: "nothing is claimed\n" });
  put(lease, claim("us-1/a", "shop/dev"), claim("us-1/b", "shop/dev"), claim("us-1/c", "shop/prod"));
  expect((await run("claims", "us")).stdout).toMatch(/us +us-1\/a +Route +shop\/dev +to-eu +\d{4}-/);
  expect(await run("claims", "--remove", "nothing", "--yes")).toMatchObject({ code: 2 });
  expect(await run("claims", "--remove", "us-1/a", "--yes")).toMatchObject({ code: 0 });
  expect(await run("claims", "--of", "shop/dev", "--remove", "all", "--yes")).toMatchObject({ code: 0 });
  expect((await run("claims")).stdout).not.toMatch(/shop\/dev/);
  expect((await run("claims")).stdout).toMatch(/us-1\/c/);
  expect(bench.fake.hasRow("us-1", "pulumi_harper", "us-1", lease.id)).toBe(true);
});
