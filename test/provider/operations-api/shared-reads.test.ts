import { expect, test } from "vitest";
import { scope } from "../../../provider/operations-api/scope";
import { SharedReads } from "../../../provider/operations-api/shared-reads";

/** Reads that are answered when the test says so, by the number of the read. */
function slowly() {
  const reads = new SharedReads(() => 0);
  const answers: ((answer: number) => void)[] = [];
  const ask = () => reads.share("nodes", 1000, () => new Promise<number>((done) => answers.push(done)));
  return { reads, ask, answers };
}

test("all who ask within the time share one read", async () => {
  const { ask, answers } = slowly();
  const asked = [ask(), ask()];
  answers[0]?.(1);
  expect(await Promise.all([...asked, ask()])).toEqual([1, 1, 1]);
  expect(answers).toHaveLength(1);
});

test("of those who ask while one that was forgotten is under way, all share the next, and nobody the one before", async () => {
  const { reads, ask, answers } = slowly();
  const before = ask();
  const after = [1, 2, 3].map(() => {
    reads.forget();
    return ask();
  });
  expect(answers).toHaveLength(1);
  answers[0]?.(1);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.(2);
  expect([await before, ...(await Promise.all(after))]).toEqual([1, 2, 2, 2]);
});

test("one that has begun before it was forgotten answers nobody who asks then", async () => {
  const { reads, ask, answers } = slowly();
  const first = ask();
  reads.forget();
  const second = ask();
  answers[0]?.(1);
  await first;
  await expect.poll(() => answers.length).toBe(2);
  reads.forget();
  const third = ask();
  answers[1]?.(2);
  await expect.poll(() => answers.length).toBe(3);
  answers[2]?.(3);
  expect(await Promise.all([second, third])).toEqual([2, 3]);
});

test("one that is never answered holds nobody up for long", async () => {
  const { reads, ask, answers } = slowly();
  void ask();
  reads.forget();
  const second = ask();
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.(2);
  expect(await second).toBe(2);
});

test("one look does for all that only looks, however long that takes, until something is written", async () => {
  let [now, asked] = [0, 0];
  const reads = new SharedReads(() => now);
  const ask = () => reads.share("nodes", 1000, async () => ++asked);
  const look = () => scope.run({ looks: true }, ask);
  expect(await look()).toBe(1);
  now = 60_000;
  expect(await look()).toBe(1);
  reads.forget();
  expect(await look()).toBe(2);
  now += 60_000;
  expect(await ask()).toBe(3);
});

test("what refuses is fresh, for what only looks, too", async () => {
  let [now, asked] = [0, 0];
  const reads = new SharedReads(() => now);
  const ask = () => reads.share("tables", 1000, async () => [++asked]);
  await scope.run({ looks: true }, ask);
  now = 5000;
  expect(await scope.run({ looks: true }, () => reads.shareLast<number[]>("tables", () => false, ask))).toEqual([2]);
});

test("one that failed is not asked again at once, and is after a write", async () => {
  let asked = 0;
  const reads = new SharedReads(() => 0);
  const ask = () =>
    reads.share("node name", Number.POSITIVE_INFINITY, async () => {
      throw new Error(`refused ${++asked}`);
    });
  await expect(ask()).rejects.toThrow("refused 1");
  await expect(ask()).rejects.toThrow("refused 1");
  reads.forget();
  await expect(ask()).rejects.toThrow("refused 2");
});
