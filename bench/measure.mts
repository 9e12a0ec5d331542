import type { Case } from "./cases.mts";
import { membersOf } from "./cases.mts";
import { type Contender, type StepName, stepNames, theEdge } from "./contenders/contender.mts";
import { isMeasured, type Outcome, type Result } from "./results.mts";
import { failure, run, TooLong } from "./run.mts";
import { type StandIn, startStandIn } from "./stand-in/index.mts";

export interface Bench {
  compiledFake: string;
  stop: AbortSignal;
  /** Told before each step. */
  next(what: string): void;
  /** Told what went wrong; the rest of that life is left out. */
  failed(error: Error): void;
}

export type Life = Pick<Result, "steps" | "stateBytes">;

/** One life of a case: made, looked at, changed, destroyed, against a stand-in of its own. */
export async function measure(
  one: Case,
  contender: Contender,
  { compiledFake, stop, next, failed }: Bench,
): Promise<Life> {
  const standIn = await startStandIn(compiledFake, one);
  try {
    next(`${one.name}, ${contender.name}: the stack`);
    const life = await contender.begin(one, standIn);
    const steps: Partial<Record<StepName, Outcome>> = {};
    let stateBytes: number | undefined;
    let broken: string | undefined;
    const take = async (name: StepName): Promise<Outcome> => {
      if (broken) return { reason: broken };
      const step = await life.step(name);
      if ("reason" in step) return step;
      if (name === "drift preview") await setEdge(one, standIn, false);
      await standIn.takeCalls();
      try {
        const ended = await run(step.command, stop);
        const calls = await standIn.takeCalls();
        const sawDrift = step.sawDrift?.(ended);
        if (ended.code !== 0 && !sawDrift) throw failure(step.command, ended);
        const { seconds, usage } = ended;
        return { seconds, calls, ...(usage && { usage }), ...(sawDrift !== undefined && { sawDrift }) };
      } catch (error) {
        if (stop.aborted) throw error;
        if (!(error instanceof TooLong)) failed(error as Error);
        broken = `${name} ${error instanceof TooLong ? error.message : "failed"}`;
        return { reason: broken };
      }
    };
    for (const name of stepNames) {
      next(`${one.name}, ${contender.name}: ${name}`);
      const outcome = await take(name);
      steps[name] = outcome;
      if (name === "drift preview" && isMeasured(outcome)) await setEdge(one, standIn, true);
      if (name === "up" && !broken) stateBytes = await life.stateBytes();
    }
    return { steps, ...(stateBytes !== undefined && { stateBytes }) };
  } finally {
    await standIn.close();
  }
}

/** Somebody takes an edge away behind everybody's back, or puts it back. Harper forgets none: it is only off. */
async function setEdge(one: Case, standIn: StandIn, on: boolean): Promise<void> {
  const { instance, hub, table } = theEdge(membersOf(one));
  const subscriptions = [{ database: "shop", table, subscribe: on, publish: on }];
  await standIn.ask(instance, { operation: "update_node", hostname: hub, subscriptions });
}
