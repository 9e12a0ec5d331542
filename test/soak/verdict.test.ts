import { describe, expect, test } from "vitest";
import { fitted, median } from "./fit";
import { growthOf, type Sample } from "./verdict";

describe("a line by least squares", () => {
  test("goes through points that lie on one", () => {
    const line = fitted([0, 1, 2, 5].map((x) => [x, 3 * x + 2] as const));
    expect(line.slope).toBeCloseTo(3);
    expect(line.intercept).toBeCloseTo(2);
  });
  test("is level where all points are at one place, and passes between points", () => {
    expect(fitted([[1, 4]])).toEqual({ slope: 0, intercept: 4 });
    expect(
      fitted([
        [0, 0],
        [1, 2],
        [2, 1],
      ]).slope,
    ).toBeCloseTo(0.5);
  });
  test("the median is the middle one, or between the two", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });
});

/** An hour, a sample each half minute with an edit each. */
const samplesOf = (more: (minute: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 120 }, (_, index) => {
    const steady = { rss: 100, files: 30, sockets: 6, connections: 1 };
    return { seconds: index * 30, edits: index, ...steady, ...more(index / 2) };
  });
const growing = (samples: Sample[]) =>
  growthOf(samples)
    .filter(({ grows }) => grows)
    .map(({ figure }) => figure);

describe("what grows", () => {
  test("nothing where all stays as it was, and up and down", () => {
    expect(growing(samplesOf(() => ({})))).toEqual([]);
    expect(growing(samplesOf((minute) => ({ rss: 100 + 20 * Math.sin(minute), sockets: 6 + (minute % 2) })))).toEqual(
      [],
    );
  });
  test("a warm-up is none", () => {
    expect(
      growing(samplesOf((minute) => ({ rss: Math.min(200, 100 + 10 * minute), files: minute < 8 ? 20 : 30 }))),
    ).toEqual([]);
  });
  test("a socket that stays every five minutes, and its handle", () => {
    const leak = (minute: number) => Math.floor(minute / 5);
    expect(growing(samplesOf((minute) => ({ sockets: 6 + leak(minute), files: 30 + leak(minute) })))).toEqual([
      "files",
      "sockets",
    ]);
  });
  test("memory by a tenth; what lives by less; each with its line by edit and by hour", () => {
    const samples = samplesOf((minute) => ({
      rss: 100 + minute / 2,
      ...(minute % 1 === 0 && { heap: 20 + minute / 10 }),
    }));
    const growth = growthOf(samples);
    expect(growth.find(({ figure }) => figure === "rss")).toMatchObject({
      perHour: expect.closeTo(30),
      perEdit: expect.closeTo(0.25),
      grows: true,
    });
    expect(growth.find(({ figure }) => figure === "heap")).toMatchObject({ perHour: expect.closeTo(6), grows: true });
  });
  test("of what was not read nothing is said", () => {
    expect(growthOf(samplesOf(() => ({}))).map(({ figure }) => figure)).toEqual([
      "rss",
      "files",
      "sockets",
      "connections",
    ]);
  });
});
