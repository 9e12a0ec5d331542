import { errorCodes, HarperError, patienceMs, polling } from "../../operations-api";
import type { Context } from "../../resource";
import { type Look, look } from "./look";

const operation = "wait until ready";
/** How often it is looked, and how often progress is told. */
const longestPauseMs = 1000;
const shortestPauseMs = 250;
const tellMs = 5000;
/** Of what `customTimeouts` allows: for saying what was in the way. */
const sayingMs = 300;

/** How long nothing may be in the way, and how long to wait for that. */
export interface Patience {
  stableMs: number;
  timeoutMs: number;
  /** What is stored and not done yet is not in the way: somebody is about to settle it. */
  ignoresPending?: boolean;
}

/** The last look, and how many before it and with it found nothing in the way. */
export type Ready = Omit<Look, "problems" | "apart"> & { looks: number };

/** Looks until nothing was in the way for long enough. Throws `notReady` with what was, when time is up. */
export async function awaitReady(
  names: readonly string[],
  { stableMs, timeoutMs, ignoresPending = false }: Patience,
  context: Context,
): Promise<Ready> {
  const { client } = context.at;
  const limitMs = Math.min(timeoutMs, (patienceMs() ?? Number.POSITIVE_INFINITY) - sayingMs);
  const pauseMs = Math.min(Math.max(stableMs / 4, shortestPauseMs), longestPauseMs);
  const started = performance.now();
  const passedMs = () => performance.now() - started;
  const tell = progress(context, passedMs);
  let problems = ["Not every member has answered."];
  let apart: string[] = [];
  let looks = 0;
  let stableFrom: number | undefined;
  for (;;) {
    const leftMs = limitMs - passedMs();
    const seen =
      leftMs > 0
        ? await client.within(
            operation,
            leftMs,
            polling(() => look(names, context, ignoresPending)),
          )
        : undefined;
    if (!seen) throw notReady(context, passedMs(), problems, apart);
    ({ problems, apart } = seen);
    if (problems.length > 0) {
      looks = 0;
      stableFrom = undefined;
      tell(problems);
    } else {
      looks++;
      stableFrom ??= passedMs();
      if (passedMs() - stableFrom >= stableMs) return { ...seen, looks };
      problems = [`All is connected, but for less than the ${stableMs / 1000} s for which it is to stay so.`];
    }
    await client.pause(operation, Math.max(0, Math.min(pauseMs, limitMs - passedMs())));
  }
}

/** Tells what is in the way from time to time, where it has changed. */
function progress({ tell }: Context, passedMs: () => number): (problems: string[]) => void {
  let toldAt = 0;
  return (problems) => {
    if (passedMs() - toldAt < tellMs) return;
    toldAt = passedMs();
    tell("info", `Not ready yet: ${problems.join(" ")}`);
  };
}

const notReady = ({ at }: Context, passedMs: number, problems: string[], apart: string[]) =>
  new HarperError("notReady", {
    operation,
    instance: at.name,
    problem: `not ready after ${Math.round(passedMs / 1000)} s. ${problems.join(" ").replace(/\.$/, "")}`,
    ...(apart.length > 0 && {
      advice: `${errorCodes.notReady} A socket that stays closed opens when both ends are restarted: \`pulumi-harper restart ${apart.join(" ")}\`.`,
    }),
  });
