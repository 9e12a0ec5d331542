import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { dependencies, devDependencies, files, peerDependencies, peerDependenciesMeta } from "../../package.json";
import { understood } from "../../scripts/audit.mts";

const root = resolve(__dirname, "../..");
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version?: string; dev?: boolean; integrity?: string; hasInstallScript?: boolean }>;
};

describe("what the published package stands on", () => {
  test("is four packages, pinned exactly, none of which has dependencies that are not", () => {
    expect(Object.keys(dependencies).sort()).toEqual(["commander", "fastq", "undici", "zod"]);
    expect(Object.keys(peerDependencies)).toEqual(["@pulumi/policy", "@pulumi/pulumi"]);
    expect(peerDependenciesMeta).toEqual({ "@pulumi/policy": { optional: true } });
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^(npm:[a-z-]+@)?\d+\.\d+\.\d+$/);
    expect(Object.keys(dependencies).flatMap(below).sort()).toEqual(["commander", "fastq", "reusify", "undici", "zod"]);
  });

  test("is locked with its sums, and runs nothing when it is installed", () => {
    for (const name of Object.keys(dependencies).flatMap(below)) {
      const locked = lock.packages[`node_modules/${name}`];
      expect(locked?.integrity, name).toMatch(/^sha512-/);
      expect(locked?.hasInstallScript ?? false, name).toBe(false);
    }
  });

  test("says how it is to be trusted", () => {
    expect(files).toContain("SECURITY.md");
  });
});

/** A package and what it brings, as it is installed. */
function below(name: string): string[] {
  const { dependencies: more = {} } = JSON.parse(
    readFileSync(join(root, "node_modules", name, "package.json"), "utf8"),
  ) as { dependencies?: Record<string, string> };
  return [name, ...Object.keys(more).flatMap(below)];
}

describe("npm audit", () => {
  const finding = (severity: string) => ({ undici: { name: "undici", severity, range: "<8.0.0" } });

  test.each(["moderate", "high", "critical"])("a finding that is %s counts", (severity) => {
    expect(understood(JSON.stringify({ vulnerabilities: finding(severity) })).findings).toEqual([
      `undici <8.0.0: ${severity}`,
    ]);
  });

  test("a lesser one does not, and none is none", () => {
    expect(understood(JSON.stringify({ vulnerabilities: finding("low") }))).toEqual({ findings: [] });
    expect(understood('{"vulnerabilities": {}}')).toEqual({ findings: [] });
  });

  test("a registry that cannot be asked is not one that has nothing to say", () => {
    const message = "405 Method Not Allowed - POST https://registry/-/npm/v1/security/advisories/bulk";
    expect(understood(JSON.stringify({ message, statusCode: 405 })).skipped).toBe(
      "npm audit: 405 Method Not Allowed - POST the registry",
    );
    expect(understood("").skipped).toBe("npm audit gave no report");
  });
});

describe("workflows", () => {
  const folder = join(root, ".github/workflows");
  const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

  test.each(workflows)("%s: what it may do is said for the whole and widened by job only", (_, text) => {
    expect(/^permissions:\n {2}contents: read\n(?! )/m.test(text)).toBe(true);
    expect(text).not.toMatch(/permissions: write-all|pull_request_target|persist-credentials: true/);
    expect(text.match(/actions\/checkout/g)).toHaveLength(text.match(/persist-credentials: false/g)?.length ?? 0);
  });

  test.each(workflows)("%s uses actions of GitHub's own only, by commit", (_, text) => {
    for (const [, action] of text.matchAll(/uses: (\S+)/g)) expect(action).toMatch(/^actions\/[\w-]+@[\da-f]{40}$/);
  });

  test("a release is published with provenance, without a token, after everything was tested", () => {
    const release = Object.fromEntries(workflows)["release.yml"] ?? "";
    expect(release).toMatch(/id-token: write/);
    expect(release).toMatch(/npm publish --provenance/);
    expect(release).not.toMatch(/NODE_AUTH_TOKEN|NPM_TOKEN/);
    expect(release).toMatch(/\n {2}test:\n[\s\S]*\.ci\/run\n {2}release:\n {4}needs: test\n[\s\S]*npm publish/);
  });
});
