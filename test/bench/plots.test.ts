import { expect, test } from "vitest";
import { decades, place, spread } from "../../bench/plots/scale.mts";
import { plots } from "../../bench/plots.mts";
import { measured, result } from "./results";

test("an axis goes from the power of ten below to the one above, and over one at least", () => {
  expect(decades([12, 340])).toEqual([10, 1_000]);
  expect(decades([10, 1_000])).toEqual([10, 1_000]);
  expect(decades([0.25, 3])).toEqual([0.1, 10]);
  expect(decades([10])).toEqual([10, 100]);
});

test("places go by the logarithm", () => {
  expect(place(100, [10, 1_000], [0, 200])).toBeCloseTo(100);
  expect(place(10, [10, 1_000], [300, 50])).toBeCloseTo(300);
});

test("names that would touch are moved apart around their middle, in their order; others stay", () => {
  expect(spread([100, 104, 300], 16)).toEqual([94, 110, 300]);
  expect(spread([104, 100], 16)).toEqual([110, 94]);
  expect(spread([10, 50, 90], 16)).toEqual([10, 50, 90]);
});

test("a picture has a line for each contender, of the cases on one instance only", () => {
  const results = [
    result("10 edges, 1 instance", "plugin", { up: measured(1) }),
    result("1,000 edges, 1 instance", "plugin", { up: measured(10) }),
    result("1,000 edges, 10 instances", "plugin", { up: measured(900) }),
    result("10 edges, 1 instance", "terraform, blind", { up: measured(2) }),
    result("10 edges, 1 instance", "limit", { up: { reason: "none" } }),
  ];
  const drawn = plots(results);
  expect(Object.keys(drawn)).toEqual(["up-seconds.svg", "up-calls.svg"]);
  const picture = drawn["up-seconds.svg"] ?? "";
  expect(picture.match(/<polyline points="[^"]+"/g)).toEqual([
    '<polyline points="64,368 610,52"',
    expect.stringMatching(/^<polyline points="64,\d/),
  ]);
  expect(picture).toContain(">terraform, blind</text>");
  expect(picture).not.toContain(">limit</text>");
  expect(plots(results)).toEqual(drawn);
  expect(plots([])).toEqual({});
});
