import { expect, test } from "vitest";
import { Burst } from "../../provider/burst";
import { scope, type Work } from "../../provider/operations-api";

test("what arrives together is written together, what comes meanwhile goes with the next", async () => {
  const written: number[][] = [];
  let release = () => {};
  const burst = new Burst<number>(async (items) => {
    written.push(items);
    if (written.length === 1) await new Promise<void>((done) => (release = done));
    return items.map(() => undefined);
  });
  const first = [burst.submit(1), burst.submit(2)];
  await expect.poll(() => written.length).toBe(1);
  const second = [burst.submit(3), burst.submit(4)];
  release();
  await Promise.all([...first, ...second]);
  expect(written).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("each item gets its own outcome", async () => {
  const burst = new Burst<number>(async (items) => items.map((item) => (item === 2 ? new Error("two") : undefined)));
  expect(await Promise.allSettled([burst.submit(1), burst.submit(2)])).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: new Error("two") },
  ]);
});

test("a write that throws fails all of its items, and the next burst goes on", async () => {
  let tries = 0;
  const burst = new Burst<number>(async (items) => {
    if (tries++ === 0) throw new Error("down");
    return items.map(() => undefined);
  });
  expect(await Promise.allSettled([burst.submit(1), burst.submit(2)])).toMatchObject([
    { status: "rejected" },
    { status: "rejected" },
  ]);
  await burst.submit(3);
});

test("what nobody waits for any more is not written, and alone it is no burst", async () => {
  const written: string[][] = [];
  const burst = new Burst<string>(async (items) => {
    written.push(items);
    return items.map(() => undefined);
  });
  const of = (item: string, work: Work) => scope.run({ works: [work] }, () => burst.submit(item));
  const over = AbortSignal.abort();
  const both = [of("late", { hasBegun: false, signal: over }), of("begun", { hasBegun: true, signal: over })];
  expect(await Promise.allSettled(both)).toMatchObject([{ status: "rejected" }, { status: "fulfilled" }]);
  await expect(of("late", { hasBegun: false, signal: over })).rejects.toThrow("nobody waits");
  expect(written).toEqual([["begun"]]);
});
