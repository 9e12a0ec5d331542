import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { poll } from "../../scripts/demo/harper.mts";
import type { Outcome } from "../../scripts/demo/run.mts";
import { emptied, type World } from "../lifecycle/world";
import { carriedOut, type Foreign, graphOf, type Model, makeForeign, storedGraph } from "../model/graph";
import { beginning } from "../model/stage";
import { described } from "../model/topology";
import { declared } from "./declared";
import { drifted } from "./drift";
import { folder, type SoakStack } from "./place";
import { lostOn } from "./rows";
import { sessions } from "./sessions";
import { type Kind, nextTopology, type Step, waysOf } from "./steps";
import { Tally } from "./tally";

/** What did not hold. */
export interface Finding {
  edit: number;
  what: string;
  /** All that is known of it. */
  file: string;
}

const withinMs = 10_000;

/** Edits of one program after another on one stack, and what must hold after each. */
export class Soak {
  readonly edits = new Tally();
  readonly commands = new Tally();
  readonly rows = new Tally();
  readonly findings: Finding[] = [];
  count = 0;
  slowestRowMs = 0;
  /** What fails from now on is interrupted, and no finding. */
  isStopping = false;
  private model: Model = beginning;
  private foreign: Foreign = { joins: {}, routes: { us: [], eu: [], ap: [] } };
  /** The last programs, to tell how something came to be. */
  private readonly past: string[] = [];

  constructor(
    private world: World,
    private readonly stack: SoakStack,
  ) {}

  /** Before the first step of a round: nothing but what others have made. */
  async begin(world: World, foreign: Foreign): Promise<void> {
    this.world = world;
    this.model = beginning;
    this.foreign = foreign;
    await emptied(this.world);
    await makeForeign(this.world, foreign);
    await this.agrees();
  }

  /** Answers whether all held. */
  async step(step: Step, kind: Kind): Promise<boolean> {
    this.count++;
    try {
      await this.carryOut(step, kind);
      return true;
    } catch (error) {
      this.found(error as Error);
      return false;
    }
  }

  /** Takes all away that is declared; what others made stays. */
  async end(): Promise<boolean> {
    try {
      this.expect(0, await this.run("destroy", "destroy", "--yes", "--skip-preview"));
      this.model = beginning;
      this.past.push("destroy");
      await this.agrees();
      return true;
    } catch (error) {
      this.found(error as Error);
      return false;
    }
  }

  private async carryOut(step: Step, kind: Kind): Promise<void> {
    // What was taken away is mended by the same program: another one would have to know what is left to take over.
    const isTaken = step.drift && (await this.drift(step.drift, step.pick));
    const { topology, made } = nextTopology(this.model, { ...step, ...(isTaken && { changes: 0 }) }, kind);
    for (const what of made) this.edits.add(what);
    this.past.push(described(topology));
    this.stack.declare(declared(topology, this.world));
    if (step.previewFirst) this.expect(0, await this.run("preview", "preview"));
    await this.up(step);
    this.model = carriedOut(this.model, topology);
    await this.agrees();
    if (step.refreshAfter)
      this.expect(0, await this.run("refresh", "refresh", "--yes", "--skip-preview", "--expect-no-changes"));
    if (step.previewAfter) this.expect(0, await this.run("preview without changes", "preview", "--expect-no-changes"));
    if (step.rows) await this.rowsArrive();
    if (step.sessions) await sessions(this.stack.port, this.world, topology, step.sessions);
    this.commands.add("sessions without Pulumi", step.sessions ?? 0);
  }

  private async up({ parallel, interruptAt }: Step): Promise<void> {
    const args = ["up", "--yes", "--skip-preview", ...(parallel ? ["--parallel", `${parallel}`] : [])];
    if (interruptAt !== undefined) {
      const { code } = await this.stack.interrupted(interruptAt, ...args);
      this.commands.add(code === 0 ? "up" : "up, interrupted");
    }
    this.expect(0, await this.run(parallel ? `up --parallel ${parallel}` : "up", ...args));
  }

  /** Answers whether something is to be mended. */
  private async drift(drift: NonNullable<Step["drift"]>, pick: number): Promise<boolean> {
    const model = await drifted(this.world, this.model, drift, pick);
    if (!model) return false;
    this.edits.add(`by hand: ${drift}`);
    this.past.push(`by hand: ${drift} (${pick})`);
    this.model = model;
    return drift !== "edge added";
  }

  private async run(what: string, ...args: string[]): Promise<Outcome> {
    this.commands.add(what);
    return this.stack.pulumi(...args);
  }

  private expect(code: number, outcome: Outcome): void {
    if (outcome.code !== code) throw new Error(`exit code ${outcome.code} instead of ${code}\n${this.stack.last}`);
  }

  /** What is declared is on both ends, and what is not stays as it was: read past the provider. */
  private async agrees(): Promise<void> {
    const wanted = graphOf(this.model, this.foreign);
    const found = await poll(
      () => storedGraph(this.world),
      (graph) => isDeepStrictEqual(graph, wanted),
      withinMs,
    );
    if (isDeepStrictEqual(found, wanted)) return;
    throw new Error(`the instances have\n${shown(found)}\ninstead of\n${shown(wanted)}\n${this.stack.last}`);
  }

  private async rowsArrive(): Promise<void> {
    const ways = waysOf(this.model.topology);
    const { lost, slowestMs } = await lostOn(this.world, ways);
    this.rows.add("written", ways.length);
    this.rows.add("arrived", ways.length - lost.length);
    this.slowestRowMs = Math.max(this.slowestRowMs, slowestMs);
    if (lost.length === 0) return;
    const texts = lost.map(({ from, to, database, table }) => `${database}.${table} from ${from} to ${to}`);
    const statuses = await Promise.all(
      (["us", "eu", "ap"] as const).map(async (name) => {
        const status = await this.world.ask(name, { operation: "cluster_status" });
        return `${name}: ${JSON.stringify(status, undefined, 1)}`;
      }),
    );
    throw new Error(`no row came: ${texts.join(", ")}\n${statuses.join("\n")}\n${this.stack.last}`);
  }

  private found(error: Error): void {
    if (this.isStopping) return;
    mkdirSync(join(folder, "findings"), { recursive: true });
    const file = join(folder, "findings", `${this.count}.txt`);
    writeFileSync(
      file,
      `${error.stack}\n\nThe programs before, the last one last:\n${this.past.slice(-8).join("\n")}\n`,
    );
    const [what = ""] = error.message.split("\n");
    this.findings.push({ edit: this.count, what, file });
  }
}

const shown = (graph: object) => JSON.stringify(graph, undefined, 1);
