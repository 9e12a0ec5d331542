import type { Reporter, TestCase, TestModule } from "vitest/node";

/** A line for each fault with its seconds, what failed with its reason, and last of all how many were survived. */
export default class FaultsReporter implements Reporter {
  private tried = 0;
  private survived = 0;

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state === "skipped") return;
    this.tried++;
    if (state === "passed") this.survived++;
    const seconds = ((test.diagnostic()?.duration ?? 0) / 1000).toFixed(1).padStart(6);
    console.log(
      `${seconds} s  ${state === "passed" ? "survived" : "FAILED  "}  ${test.name}, ${test.parent.type === "suite" ? test.parent.name : ""}`,
    );
    for (const { message, diff } of errors ?? []) console.log(`${message}\n${diff ?? ""}`.replace(/^/gm, "          "));
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message?: string }[]): void {
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    for (const { message } of [...suites.flatMap((suite) => suite.errors()), ...errors])
      console.log(`outside of any fault: ${message}`);
    // Behind what the set-up says when it ends.
    process.once("exit", () => console.log(`${this.tried} faults tried, ${this.survived} survived`));
  }
}
