import { expect, test } from "vitest";
import { growth } from "../../bench/report/fit.mts";

const of = (y: (x: number) => number) => growth([10, 100, 300, 1_000].map((x) => [x, y(x)] as const));

test("the power is found: of a line, a square, a root, and of what does not grow", () => {
  expect(of((x) => 7 * x)).toBeCloseTo(1);
  expect(of((x) => 0.2 * x ** 2)).toBeCloseTo(2);
  expect(of((x) => Math.sqrt(x))).toBeCloseTo(0.5);
  expect(of(() => 12)).toBeCloseTo(0);
});

test("a point beside the line counts by its square", () => {
  // Through (1, 1), (10, 10) and (100, 1000): the middle lies below the line of the other two.
  expect(
    growth([
      [1, 1],
      [10, 10],
      [100, 1_000],
    ]),
  ).toBeCloseTo(1.5);
});

test("one point, or several of one size, say nothing; zeros have no logarithm", () => {
  expect(growth([[10, 5]])).toBeUndefined();
  expect(
    growth([
      [10, 5],
      [10, 6],
    ]),
  ).toBeUndefined();
  expect(
    growth([
      [0, 5],
      [10, 10],
      [100, 100],
      [200, 0],
    ]),
  ).toBeCloseTo(1);
});
