import { expect, test } from "vitest";
import { cases, membersOf } from "../../bench/cases.mts";
import { theEdge } from "../../bench/contenders/contender.mts";
import { restapiProgram } from "../../bench/contenders/restapi.mts";

test("each case declares all its edges on all its instances, ten instances to a hub", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const one of cases) {
    const members = membersOf(one);
    expect(members.length, one.name).toBe(one.instances);
    expect(members.flatMap(({ tables }) => tables).length, one.name).toBe(one.edges);
    expect(new Set(members.map(({ hub }) => hub)).size, one.name).toBe(Math.ceil(one.instances / 10));
  }
});

test("fewer edges than instances: the first ones have one each, the others are joined all the same", () => {
  const members = membersOf({ edges: 2, instances: 3 });
  expect(members).toEqual([
    { name: "i1", hub: "h1", tables: ["t1"] },
    { name: "i2", hub: "h1", tables: ["t1"] },
    { name: "i3", hub: "h1", tables: [] },
  ]);
  expect(theEdge(membersOf({ edges: 5, instances: 2 }))).toEqual({ instance: "i1", hub: "h1", table: "t3" });
});

const connection = { endpoint: "http://127.0.0.1:1", username: "u", password: "p" };
const declared = { members: membersOf({ edges: 3, instances: 1 }), inline: false, connections: { i1: connection } };
type Program = { resource: { restapi_object: Record<string, { depends_on?: string[]; data: string }> } };
const objects = (more: { takesTurns: boolean; changed: boolean }) =>
  (restapiProgram({ ...declared, read: "cluster_status", ...more }) as Program).resource.restapi_object;

test("Terraform: what belongs to one instance takes turns, or only waits for its node", () => {
  const after = (takesTurns: boolean) =>
    Object.entries(objects({ takesTurns, changed: false })).map(([name, { depends_on = [] }]) => [name, ...depends_on]);
  expect(after(true)).toEqual([
    ["i1"],
    ["i1-t1", "restapi_object.i1"],
    ["i1-t2", "restapi_object.i1-t1"],
    ["i1-t3", "restapi_object.i1-t2"],
  ]);
  expect(after(false).slice(1)).toEqual(["t1", "t2", "t3"].map((table) => [`i1-${table}`, "restapi_object.i1"]));
});

test("Terraform: one edge alone is changed", () => {
  const [before, after] = [false, true].map((changed) => objects({ takesTurns: true, changed }));
  const names = Object.keys(before ?? {}).filter((name) => before?.[name]?.data !== after?.[name]?.data);
  expect(names).toEqual(["i1-t3"]);
});
