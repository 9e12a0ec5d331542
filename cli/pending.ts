import type { Instances } from "../provider/instances.js";
import { cannotTell, readPending } from "../provider/operations-api/index.js";
import { sentences } from "../provider/resources/pending.js";
import { pendingRoutes } from "../provider/resources/route-pending.js";
import { named } from "./connections.js";
import { say } from "./terminal.js";

/** What instances store but do not do, in sentences; and those that could not be asked. */
export interface PendingReport {
  pending: string[];
  silent: string[];
}

export async function pendingOf(instances: Instances, names: readonly string[]): Promise<PendingReport> {
  const report: PendingReport = { pending: [], silent: [] };
  for (const name of names) {
    const at = named(instances, name);
    try {
      report.pending.push(
        ...sentences(at, await readPending(at.client), Number.POSITIVE_INFINITY),
        ...(await pendingRoutes(at)),
      );
    } catch (error) {
      if (!cannotTell(error)) throw error;
      report.silent.push(`Not known of ${name}: ${error.message}`);
    }
  }
  return report;
}

export function tellPending({ pending, silent }: PendingReport): void {
  for (const line of [...pending, ...silent]) say(line);
  if (pending.length === 0 && silent.length === 0) say("Nothing is pending: every instance does what it stores.");
}
