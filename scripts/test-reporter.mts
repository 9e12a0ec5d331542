import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export interface Counts {
  passed: number;
  /** By full name, with the message of each error. */
  failed: { name: string; errors: string[] }[];
  /** By full name, with the reason given to `skip(reason)`. */
  skipped: { name: string; reason: string }[];
}

const messages = (errors: readonly unknown[]) =>
  errors.map((error) => String((error as { message?: unknown })?.message ?? error));

/** Writes what a run of vitest came to into the file named by TEST_COUNTS, for scripts/test.mts. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: [], skipped: [] };
    if (errors.length > 0) counts.failed.push({ name: "outside of any test", errors: messages(errors) });
    for (const module of modules) {
      // A file that could not be loaded, or whose hooks failed.
      const broken = [...module.children.allSuites(), module].flatMap((suite) => suite.errors());
      if (broken.length > 0) counts.failed.push({ name: module.relativeModuleId, errors: messages(broken) });
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") counts.passed++;
        else if (result.state === "failed")
          counts.failed.push({ name: test.fullName, errors: messages(result.errors) });
        else counts.skipped.push({ name: test.fullName, reason: (result.state === "skipped" && result.note) || "" });
      }
    }
    if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
  }
}
