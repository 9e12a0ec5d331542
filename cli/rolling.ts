import type { Settings } from "../provider/config.js";
import { HarperError } from "../provider/operations-api/index.js";
import { withInstances } from "./connections.js";
import { Failure } from "./failure.js";
import { Limit } from "./limit.js";
import { pendingOf } from "./pending.js";
import { allCaughtUp } from "./restarting.js";
import { say, withProgress } from "./terminal.js";

/**
 * Those on which something waits for a restart. What was restarted before has nothing pending any more, but may still have
 * to catch up.
 */
export async function inNeed(settings: Settings, given: string[], timeout: number): Promise<string[]> {
  const first = await pendingOn(settings, given);
  if (first.names.length === 0 && first.silent.length === 0) return [];
  await withInstances(settings, (instances) =>
    withProgress("waiting until all are connected and have caught up", () =>
      allCaughtUp(instances, new Limit(timeout)),
    ),
  ).catch((error) => {
    if (!(error instanceof Failure || error instanceof HarperError)) throw error;
    throw new Failure(
      `no rolling restart begins before all are connected and have caught up, and after ${timeout} s they have not: ${error.message}\nSee to that first; or name the instances without --rolling, which restarts them all the same.`,
      { cause: error },
    );
  });
  return first.silent.length === 0 ? first.names : (await pendingOn(settings, given)).names;
}

async function pendingOn(settings: Settings, given: string[]): Promise<{ names: string[]; silent: string[] }> {
  return withInstances(settings, async (instances) => {
    const names: string[] = [];
    const silent: string[] = [];
    for (const name of given.length > 0 ? new Set(given) : instances.names) {
      const report = await pendingOf(instances, [name]);
      for (const line of [...report.pending, ...report.silent]) say(line);
      if (report.pending.length > 0) names.push(name);
      if (report.silent.length > 0) silent.push(name);
    }
    return { names, silent };
  });
}
