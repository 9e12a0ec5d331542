// All checks and tests, one after another. Its last line is "N passed, N failed"; a failed step counts as one failure.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { audit } from "./audit.mts";
import type { Counts } from "./test-reporter.mjs";

const results = resolve(".cache", "results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total: Counts = { passed: 0, failed: [], skipped: [] };

// A terminal interrupts the step too; it is waited for, as it has things to stop.
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

async function timed(title: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  if (interrupted) return false;
  console.log(`\n== ${title}`);
  const start = Date.now();
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  const code = await new Promise((done) => child.on("close", done).on("error", (error) => done(error.message)));
  const minutes = ((Date.now() - start) / 60_000).toFixed(1);
  console.log(`== ${title}: ${code === 0 ? "ok" : `FAILED (${code})`}, ${minutes} min`);
  return code === 0;
}

async function step(title: string, command: string, ...args: string[]): Promise<boolean> {
  const done = await timed(title, command, args);
  if (!done) total.failed.push({ name: title, errors: [] });
  return done;
}

async function suite(name: string): Promise<void> {
  const file = resolve(results, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=./scripts/test-reporter.mts"];
  const done = await timed(name, "vitest", ["run", "--project", name, ...reporters], { TEST_COUNTS: file });
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : undefined;
  total.passed += counts?.passed ?? 0;
  total.failed.push(...(counts?.failed ?? []));
  if (!done && !counts?.failed.length) total.failed.push({ name, errors: ["the run itself failed, see above"] });
  total.skipped.push(...(counts?.skipped ?? []));
}

const { findings, skipped: notAudited } = audit();
console.log(`== audit: ${notAudited ?? `${findings.length} findings`}`);
if (notAudited) total.skipped.push({ name: "audit", reason: notAudited });
else if (findings.length > 0) total.failed.push({ name: "audit", errors: findings });

await step("lint", "npm", "run", "--silent", "lint");
if (await step("build", "npm", "run", "--silent", "build")) {
  if (existsSync("scripts/generate.mts")) await step("generate --check", "node", "scripts/generate.mts", "--check");
  await suite("unit");
  await suite("e2e");
  await suite("outside");
}

console.log();
const reasons = Map.groupBy(total.skipped, ({ reason }) => reason);
for (const [reason, tests] of reasons)
  console.log(`skipped ${tests.length}: ${reason || tests.map(({ name }) => name).join("; ")}`);
// Last, as the end of a log is what is kept of it.
for (const { name, errors } of total.failed) {
  console.log(`failed: ${name}`);
  for (const error of errors) console.log(error.slice(0, 2_000).replace(/^/gm, "    "));
}
const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : "";
console.log(`${total.passed} passed, ${total.failed.length} failed${skipped}`);
process.exitCode = total.failed.length === 0 && total.passed > 0 ? 0 : 1;
