import { describe, expect, test } from "vitest";
import { carriedOut } from "../model/graph";
import { topologyOf } from "../model/notation";
import { beginning } from "../model/stage";
import { described, pairs } from "../model/topology";
import { foreignOf, type Kind, nextTopology, stepsOf, waysOf } from "./steps";

const programs = (seed: number, kind: Kind) => {
  let model = beginning;
  return stepsOf(seed, 100).map((step) => {
    const { topology, made } = nextTopology(model, step, kind);
    model = carriedOut(model, topology);
    return { topology, made };
  });
};

describe("the steps of a seed", () => {
  test("are the same each time, however many are drawn, and others of another seed", () => {
    expect(stepsOf(7, 20)).toEqual(stepsOf(7, 50).slice(0, 20));
    expect(stepsOf(7, 5)).not.toEqual(stepsOf(8, 5));
    expect(foreignOf(7)).toEqual(foreignOf(7));
  });

  test("have everything that is to be tried", () => {
    const steps = stepsOf(7, 400);
    expect(new Set(steps.map(({ drift }) => drift)).size).toBe(7);
    for (const key of ["parallel", "interruptAt", "previewFirst", "refreshAfter", "previewAfter", "rows"] as const)
      expect(new Set(steps.map((step) => Boolean(step[key]))), key).toEqual(new Set([true, false]));
  });

  test.each(["full", "explicit"] as const)(
    "%s: each changes the program, and all is joined from us in that way",
    (kind) => {
      for (const { topology, made } of programs(7, kind)) {
        expect(made.length, described(topology)).toBeGreaterThan(0);
        expect(topology.joins["eu-ap"]).toBeUndefined();
        for (const pair of pairs) expect([undefined, false]).toContain(topology.joins[pair]?.atSecond);
        const ways = pairs.flatMap((pair) => topology.joins[pair]?.way ?? []);
        expect(ways.every((way) => (way === "full") === (kind === "full"))).toBe(true);
      }
    },
  );

  test("explicit ones have both kinds of Nodes, edges, routes and renames", () => {
    const made = new Set(programs(7, "explicit").flatMap((one) => one.made));
    expect([...made].sort()).toEqual(["edge", "join", "rename", "rename route", "revoke", "route", "spell", "way"]);
  });
});

test("rows are to come where an edge says so, and everywhere in a mesh", () => {
  const text = (program: string) => waysOf(topologyOf(program)).map(({ from, to, table }) => `${from} ${to} ${table}`);
  expect(text("us joins eu explicit (shop.dog <->, shop.cat ->); us joins ap inline (zoo.ape <-)")).toEqual([
    "eu us dog",
    "us eu dog",
    "us eu cat",
    "ap us ape",
  ]);
  expect(text("us joins eu full; us joins ap full")).toHaveLength(6);
  expect(text("us joins eu full")).toEqual(["us eu dog", "eu us dog"]);
});
