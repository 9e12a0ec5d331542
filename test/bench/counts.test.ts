import { expect, test } from "vitest";
import { countCalls, mostAtOnce } from "../../bench/stand-in/counts.mts";

const call = (instance: string, operation: string, at: number, until: number) => ({ instance, operation, at, until });

test("calls are counted by operation, the most first, and at once in all and on one", () => {
  const calls = [
    call("i1", "insert", 0, 20),
    call("i1", "update_node", 10, 30),
    call("i2", "update_node", 12, 32),
    call("i1", "update_node", 40, 60),
  ];
  const counted = countCalls(calls);
  expect(counted).toEqual({ total: 4, byOperation: { update_node: 3, insert: 1 }, atOnce: 3, atOnceOnOne: 2 });
  expect(Object.keys(counted.byOperation)).toEqual(["update_node", "insert"]);
  expect(countCalls([])).toEqual({ total: 0, byOperation: {}, atOnce: 0, atOnceOnOne: 0 });
});

test("what ends as another begins is not at once with it; an answer within a millisecond is one call", () => {
  expect(
    mostAtOnce([
      { at: 0, until: 20 },
      { at: 20, until: 40 },
    ]),
  ).toBe(1);
  expect(
    mostAtOnce([
      { at: 0, until: 21 },
      { at: 20, until: 40 },
    ]),
  ).toBe(2);
  expect(
    mostAtOnce([
      { at: 5, until: 5 },
      { at: 5, until: 5 },
    ]),
  ).toBe(2);
});
