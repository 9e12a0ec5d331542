import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export interface Counts {
  passed: number;
  failed: number;
  /** By full name, with the reason given to `skip(reason)`. */
  skipped: { name: string; reason?: string }[];
}

/** Writes what a run of vitest came to into the file named by TEST_COUNTS, for scripts/test.mts. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // A file that could not be loaded and an error outside of any test count as one failure each.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const counts: Counts = { passed: 0, failed: errors.length + broken, skipped: [] };
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const result = test.result();
      if (result.state === "passed") counts.passed++;
      else if (result.state === "failed") counts.failed++;
      else {
        const reason = result.state === "skipped" ? result.note : undefined;
        counts.skipped.push({ name: test.fullName, ...(reason !== undefined && { reason }) });
      }
    }
    if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
  }
}
