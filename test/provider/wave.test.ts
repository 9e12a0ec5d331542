import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Wave } from "../../provider/wave";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const begun: string[][] = [];
/** `count` steps that arrive 10 ms apart. */
async function steps(wave: Wave, count: number, workMs = 20): Promise<void> {
  begun.push([]);
  const work = Array.from({ length: count }, async (_, index) => {
    await pause(10 * index);
    await wave.join(async () => {
      begun.at(-1)?.push(`${index} at ${Math.round(performance.now())}`);
      await pause(workMs);
    });
  });
  await vi.runAllTimersAsync();
  await Promise.all(work);
}

test("what arrives one after the other begins together, when nobody else comes", async () => {
  const start = performance.now();
  await steps(new Wave(100), 3);
  expect(new Set(begun.at(-1)?.map((text) => text.split(" at ")[1]))).toEqual(new Set([`${start + 120}`]));
});

test("once as many wait as are ever in flight, nobody waits for more", async () => {
  const wave = new Wave(100);
  const took: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    await steps(wave, 8);
    took.push(performance.now() - start);
  }
  expect(took).toEqual([190, 190, 90, 90]);
});

test("waves grow again with what is in flight", async () => {
  const wave = new Wave(100);
  for (const count of [2, 2, 2, 8, 8, 8]) await steps(wave, count, 200);
  const start = performance.now();
  await steps(wave, 8, 200);
  expect(performance.now() - start).toBe(270);
});

test("a step that a slow instance holds up is not waited for by the others", async () => {
  const wave = new Wave(100, 100);
  for (let round = 0; round < 3; round++) await steps(wave, 8);
  let release = () => {};
  const slow = wave.join(() => new Promise<void>((done) => (release = done)));
  const took: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    await steps(wave, 7);
    took.push(performance.now() - start);
  }
  // The second of them does not know yet that it is held up.
  expect(took).toEqual([80, 180, 80, 80]);
  release();
  await slow;
});

test("slow arrivals are waited for longer", async () => {
  const wave = new Wave(12);
  const times: number[] = [];
  const join = () => wave.join(async () => void times.push(performance.now()));
  const start = performance.now();
  const work = [join(), pause(10).then(join), pause(40).then(join)];
  await vi.runAllTimersAsync();
  await Promise.all(work);
  expect(times.map((time) => time - start)).toEqual([160, 160, 160]);
});

test("who comes when a wave has just begun is learned from, unless something ended that made room", async () => {
  const began = async (workMs: number, ...arrivals: number[]) => {
    const wave = new Wave(12);
    const start = performance.now();
    const times: number[] = [];
    const work = arrivals.map(async (ms) => {
      await pause(ms);
      await wave.join(async () => {
        times.push(performance.now() - start);
        await pause(workMs);
      });
    });
    await vi.runAllTimersAsync();
    await Promise.all(work);
    return times;
  };
  expect(await began(200, 0, 30, 60)).toEqual([12, 180, 180]);
  expect(await began(10, 0, 30, 60)).toEqual([12, 42, 72]);
  expect(await began(2000, 0, 300, 320)).toEqual([12, 312, 400]);
});

test("a step that fails leaves the waves as they are", async () => {
  const wave = new Wave(10);
  const failed = expect(wave.join(() => Promise.reject(new Error("down")))).rejects.toThrow("down");
  await vi.runAllTimersAsync();
  await failed;
  const next = wave.join(async () => "done");
  await vi.runAllTimersAsync();
  expect(await next).toBe("done");
});
