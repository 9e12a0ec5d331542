import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { run } from "../../cli/program.js";
import { type FakeCluster, type FakeClusterOptions, startFakeCluster } from "../fake";

type Options = Pick<FakeClusterOptions, "restartMs" | "connectMs" | "version">;

export const password = "pw-canary-5c1e";

/** Runs the command line in this process; answers what a shell would see. */
export async function command(...args: string[]) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => stdout.push(String(text)) > 0),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => stderr.push(String(text)) > 0),
  ];
  const code = await run(args).finally(() => spies.map((spy) => spy.mockRestore()));
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

export interface Bench {
  fake: FakeCluster;
  /** For `--instances`. */
  file: string;
  folder: string;
  close(): Promise<void>;
}

/** Two stand-ins, `us` and `eu`, and the file that tells how to reach them. */
export async function startPair(options: Partial<Options> = {}): Promise<Bench> {
  const tables = { shop: ["dog", "cat"] };
  const fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], password, tables, ...options });
  const folder = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
  const file = join(folder, "instances.json");
  const entries = Object.values(fake.instances).map(({ name, endpoint, username }) => [
    name.slice(0, 2),
    { endpoint, username, password },
  ]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(entries)));
  return {
    fake,
    file,
    folder,
    async close() {
      await fake.close();
      rmSync(folder, { recursive: true });
    },
  };
}
