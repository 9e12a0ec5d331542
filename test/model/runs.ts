import fc from "fast-check";

/**
 * FC_SEED and FC_PATH repeat a run as it was printed; FC_RUNS makes that many times as many. A change is not to fail for
 * what chance finds elsewhere, so the seed is always the same unless it is "random".
 */
const { FC_SEED = "1", FC_PATH, FC_RUNS = "1" } = process.env;

/** Checks a property so many times, or for so long, and says how many and how long it was. */
export async function holds<T extends unknown[]>(
  title: string,
  { runs, seconds }: { runs: number; seconds: number },
  property: fc.IAsyncPropertyWithHooks<T>,
): Promise<void> {
  const start = performance.now();
  const times = Number(FC_RUNS);
  const result = await fc.check(property, {
    numRuns: runs * times,
    interruptAfterTimeLimit: seconds * times * 1000,
    ...(FC_SEED !== "random" && { seed: Number(FC_SEED) }),
    ...(FC_PATH && { path: FC_PATH }),
  });
  const took = Math.round((performance.now() - start) / 1000);
  process.stderr.write(`${title}: ${result.numRuns} runs in ${took} s, FC_SEED=${result.seed}\n`);
  if (result.failed || result.numRuns === 0)
    throw new Error(fc.defaultReportMessage(result), { cause: causeIn(result) });
}

const causeIn = (result: object) => (result as { errorInstance?: unknown }).errorInstance;
