// What is known of the published package's dependencies. Called by itself it exits with 1 where there is a finding.
import { spawnSync } from "node:child_process";

export interface Audited {
  /** One line a finding of moderate severity or worse. */
  findings: string[];
  /** Why nobody could be asked. */
  skipped?: string;
}

interface Report {
  message?: string;
  vulnerabilities?: Record<string, { name: string; severity: string; range: string }>;
}

export const severities = ["moderate", "high", "critical"];

/** Asks the registry that npm is configured with. Not every mirror can be asked, and not every machine is online. */
export function audit(args: readonly string[] = []): Audited {
  // Offline, npm would find nothing and call that well.
  const asked = ["audit", "--omit=dev", "--json", "--offline=false", ...args];
  const { stdout, error } = spawnSync("npm", asked, { encoding: "utf8" });
  return error ? { findings: [], skipped: error.message } : understood(stdout);
}

/** What `npm audit --json` has said. */
export function understood(text: string): Audited {
  let report: Report = {};
  try {
    report = JSON.parse(text) as Report;
  } catch {
    return { findings: [], skipped: "npm audit gave no report" };
  }
  const { message = "no report", vulnerabilities } = report;
  if (!vulnerabilities)
    return { findings: [], skipped: `npm audit: ${message.replace(/https?:\/\/\S+/g, "the registry")}` };
  const found = Object.values(vulnerabilities).filter(({ severity }) => severities.includes(severity));
  return { findings: found.map(({ name, range, severity }) => `${name} ${range}: ${severity}`) };
}

if (import.meta.main) {
  const { findings, skipped } = audit();
  console.log(skipped ? `skipped: ${skipped}` : findings.join("\n") || "no dependency has a known weakness");
  process.exitCode = findings.length > 0 ? 1 : 0;
}
