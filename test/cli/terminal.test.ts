import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { say, withProgress } from "../../cli/terminal";

let written = "";
const isTerminal = process.stderr.isTTY;
beforeEach(() => {
  written = "";
  vi.useFakeTimers();
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => {
  process.stderr.isTTY = isTerminal;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What is written while something takes so long, and afterwards. */
async function during(ms: number, meanwhile = () => {}): Promise<{ meanwhile: string; after: string }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = withProgress("asking us", () => promise);
  await vi.advanceTimersByTimeAsync(ms);
  meanwhile();
  const before = written;
  resolve();
  await done;
  return { meanwhile: before, after: written.slice(before.length) };
}
const gone = "\r\x1b[K";

describe("what is waited for", () => {
  test("is said at a terminal after a second, on a line that goes again", async () => {
    process.stderr.isTTY = true;
    expect(await during(900)).toEqual({ meanwhile: "", after: "" });
    expect(await during(1100)).toEqual({ meanwhile: "1 s: asking us", after: gone });
    written = "";
    expect((await during(2100)).meanwhile).toBe(`1 s: asking us${gone}2 s: asking us`);
  });

  test("makes room at a terminal for what is said meanwhile", async () => {
    process.stderr.isTTY = true;
    expect(await during(1100, () => say("not asked: eu"))).toEqual({
      meanwhile: `1 s: asking us${gone}not asked: eu\n`,
      after: "",
    });
  });

  test("is said in a log now and then", async () => {
    process.stderr.isTTY = false;
    expect(await during(4900)).toEqual({ meanwhile: "", after: "" });
    expect(await during(10_100)).toEqual({ meanwhile: "5 s: asking us\n10 s: asking us\n", after: "" });
  });
});
