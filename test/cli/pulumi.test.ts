import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pulumi } from "../../cli/pulumi";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
  vi.stubEnv("PATH", [folder, process.env.PATH].join(delimiter));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("one that ends without reading its input fails with what it said", async () => {
  writeFileSync(join(folder, "pulumi"), "#!/bin/sh\nexec 0<&-\necho 'error: no such stack' >&2\nexit 255\n", {
    mode: 0o755,
  });
  const ended = pulumi("pulumi stack import", ["stack", "import"], { input: "x".repeat(1_000_000) });
  await expect(ended).rejects.toThrow("pulumi stack: error: no such stack");
});
