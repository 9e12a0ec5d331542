import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { World } from "../lifecycle/world";
import { type Change, type Engine, type Schedule, Stack } from "./engine";
import { carriedOut, type Foreign, type Graph, graphOf, type Model, noForeign, storedGraph } from "./graph";
import { programOf } from "./program";
import { calledIn, described, members, nothing, type Topology } from "./topology";

export const beginning: Model = { topology: nothing, left: {} };
export const atOnce: Schedule = { width: 16, picks: [] };

/** Programs carried out on three instances, and the model of what that comes to. */
export class Stage {
  model = beginning;
  stack: Stack;

  constructor(
    readonly world: World,
    readonly engine: Engine,
    readonly foreign: Foreign = noForeign,
  ) {
    this.stack = new Stack(engine);
  }

  get topology(): Topology {
    return this.model.topology;
  }

  async up(topology: Topology, schedule = atOnce): Promise<Change[]> {
    const changes = await this.stack
      .up(programOf(topology, this.world), this.connections(topology), schedule)
      .catch((cause: Error) => {
        const said = this.stack.said.map((text) => `\n  ${text}`).join("");
        throw new Error(`up of ${described(topology)}: ${cause.message}${said}`, { cause });
      });
    this.model = carriedOut(this.model, topology);
    return changes;
  }

  async destroy(schedule = atOnce): Promise<void> {
    await this.stack.destroy(this.connections(this.topology), schedule);
    this.model = { topology: { ...nothing, recalled: this.topology.recalled }, left: {} };
  }

  preview(topology = this.topology): Promise<Change[]> {
    return this.stack.preview(programOf(topology, this.world), this.connections(topology));
  }

  /** Goes on with a new stack, into which everything declared is imported. */
  async import(): Promise<void> {
    this.stack = new Stack(this.engine);
    await this.stack.import(programOf(this.topology, this.world), this.connections(this.topology));
  }

  /** Throws where the instances store anything else than the model says, after what gossip takes. */
  async agrees(): Promise<Graph> {
    const wanted = graphOf(this.model, this.foreign);
    return until(
      () => storedGraph(this.world),
      (graph) => isDeepStrictEqual(graph, wanted),
      (graph) => `there is\n${shown(graph)}\ninstead of\n${shown(wanted)}`,
    );
  }

  private connections(topology: Topology) {
    return Object.fromEntries(
      members.map((member) => [calledIn(topology, member), this.world.instances[member].connection]),
    );
  }
}

const pauseMs = 10;
const boundMs = 2000;

/** Reads until it is as it should be. */
export async function until<T>(
  read: () => Promise<T>,
  isRight: (found: T) => boolean,
  problem: (found: T) => string,
): Promise<T> {
  for (const start = performance.now(); ; ) {
    const found = await read();
    if (isRight(found)) return found;
    if (performance.now() - start > boundMs) throw new Error(problem(found));
    await setTimeout(pauseMs);
  }
}

const shown = (graph: Graph) =>
  members.map((member) => `  ${member}: ${JSON.stringify(graph[member].peers)} ${graph[member].routes}`).join("\n");
