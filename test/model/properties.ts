import { expect } from "vitest";
import { peersOf, type World } from "../lifecycle/world";
import type { Engine, Schedule } from "./engine";
import type { Script } from "./generators";
import { type Foreign, makeForeign, routesOf } from "./graph";
import { topologyOf } from "./notation";
import { Stage } from "./stage";
import { described, members, pairs, type Topology } from "./topology";

/** What is to hold whatever is declared, on the stand-in as on real instances. */

export async function previewIsEmptyAfterUp(world: World, engine: Engine, { topologies }: Script, schedule: Schedule) {
  const stage = new Stage(world, engine);
  for (const topology of topologies) {
    await stage.up(topology, schedule);
    await stage.agrees();
    expect(await stage.preview()).toEqual([]);
  }
}

/** The same of programs as they are written down; at the end nothing is left. */
export async function livesThrough(stage: Stage, programs: readonly string[]): Promise<void> {
  for (const text of programs) {
    const topology = topologyOf(text);
    expect(described(topology)).toBe(text);
    await stage.up(topology);
    await stage.agrees();
    expect(await stage.preview()).toEqual([]);
  }
  await stage.destroy();
  await stage.agrees();
}

/** Changes of a full mesh, which Harper keeps as one whatever end a Node is declared at. */
export const meshesThatChange: string[][] = [
  ["us joins eu full; us joins ap full", "us joins eu full", "us joins eu full; us joins ap full"],
  ["us joins eu full; us joins ap full (revoked a1)", "us joins eu full; us joins ap full (revoked b2)"],
  ["us joins eu full; us joins ap full", "us joins eu full; eu joins ap full"],
  ["us joins eu full; us joins ap full", "nothing", "us joins ap full", "us joins eu full; us joins ap full"],
];

export async function previewIsEmptyAfterImport(world: World, engine: Engine, { topologies }: Script) {
  const stage = new Stage(world, engine);
  for (const topology of topologies) await stage.up(topology);
  await stage.agrees();
  await stage.import();
  expect(await stage.preview()).toEqual([]);
  expect(await stage.up(stage.topology)).toEqual([]);
}

/** There and back again. */
export async function inverseBringsItBack(world: World, engine: Engine, { topologies }: Script, schedule: Schedule) {
  const stage = new Stage(world, engine);
  const [first, ...others] = topologies as [Topology, ...Topology[]];
  await stage.up(first, schedule);
  const before = await stage.agrees();
  for (const topology of [...others, ...others.slice(0, -1).reverse(), first]) await stage.up(topology, schedule);
  expect(await stage.agrees()).toEqual(before);
  expect(await stage.preview()).toEqual([]);
}

/** The same programs on new instances, carried out in another order, come to the same. */
export async function everyOrderComesToTheSame(
  worlds: World[],
  engine: Engine,
  { topologies }: Script,
  schedules: Schedule[],
) {
  const graphs = await Promise.all(
    worlds.map(async (world, index) => {
      const stage = new Stage(world, engine);
      for (const topology of topologies) await stage.up(topology, schedules[index]);
      const states = [...stage.stack.kept.values()].map(({ urn, id, state }) => JSON.stringify([urn, id, state]));
      return { graph: await stage.agrees(), states: states.sort() };
    }),
  );
  for (const graph of graphs) expect(graph).toEqual(graphs[0]);
}

/** What a program does not declare is not written, and what an edit does not change neither. */
export async function nothingElseIsTouched(world: World, engine: Engine, { topologies }: Script, foreign: Foreign) {
  await makeForeign(world, foreign);
  const stage = new Stage(world, engine, foreign);
  for (const topology of topologies) {
    const before = await recordsOf(world);
    const changes = await stage.up(topology);
    await stage.agrees();
    const after = await recordsOf(world);
    const names = changes.map(({ urn }) => urn.split(" ").slice(1, 3).sort().join());
    for (const pair of pairs) {
      const [one, other] = pair.split("-") as [keyof World["instances"], keyof World["instances"]];
      if (names.includes([one, other].sort().join())) continue;
      const record = (records: typeof before, at: typeof one, of: typeof one) =>
        records[at].find(({ name }) => name === world.instances[of].reports);
      expect(record(after, one, other)).toEqual(record(before, one, other));
      expect(record(after, other, one)).toEqual(record(before, other, one));
    }
    for (const member of members) {
      const theirs = foreign.routes[member];
      expect((await routesOf(world, member)).slice(0, theirs.length)).toEqual(theirs);
    }
  }
}

export async function destroyLeavesWhatWasThere(
  world: World,
  engine: Engine,
  { topologies }: Script,
  foreign: Foreign,
  schedule: Schedule,
) {
  await makeForeign(world, foreign);
  const before = await everythingOf(world);
  const stage = new Stage(world, engine, foreign);
  for (const topology of topologies) await stage.up(topology, schedule);
  await stage.destroy(schedule);
  await stage.agrees();
  expect(await everythingOf(world)).toEqual(before);
}

/** The whole table of nodes of each instance, and when each record was written. */
async function recordsOf(world: World) {
  const found = members.map(async (member) => [member, await peersOf(world, member, ["__updatedtime__"])] as const);
  return Object.fromEntries(await Promise.all(found)) as Record<
    keyof World["instances"],
    Awaited<ReturnType<typeof peersOf>>
  >;
}

async function everythingOf(world: World) {
  const routes = await Promise.all(members.map((member) => routesOf(world, member)));
  return { records: await recordsOf(world), routes };
}
