import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { endOf } from "../../bench/end-of.mts";

const printed = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

test("of what a command prints the end is kept, and all where it is not too much", async () => {
  expect(await endOf(printed("one ", "two ", "three"), 100)).toBe("one two three");
  expect(await endOf(printed("one ", "two ", "three"), 6)).toBe("two three");
  expect(await endOf(printed("one ", "two ", "three"), 5)).toBe("three");
  expect(await endOf(printed(), 5)).toBe("");
});
