import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { must } from "../../scripts/demo/run.mts";
import { environment } from "../../scripts/ensure-pulumi/build.mjs";

export const project = resolve(__dirname, "../..");
/** Everything that is built and run here. */
export const state = join(project, ".cache", "outside");
export const bin = join(state, "bin");

const module = join(project, "test", "outside");
const pythonModule = join(project, "tools", "language-python");
const minutes = 60_000;

/** With the same flags everywhere, or everything is compiled twice. */
const goEnvironment = (): NodeJS.ProcessEnv => ({
  ...environment(join(state, "go")),
  GOFLAGS: "-mod=readonly -modcacherw -trimpath -buildvcs=false -gcflags=all=-dwarf=false",
  PATH: [join(project, "node_modules", ".bin"), bin, process.env.PATH].join(delimiter),
});

/** A Go command in the module of the outside suites, or in another one. */
export const go = (args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = module) =>
  must("go", args, { cwd, env: { ...goEnvironment(), ...env }, limitMs: 20 * minutes });

export const isOnPath = (command: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** The hosts that run YAML and Python programs. */
export async function buildHosts(): Promise<void> {
  mkdirSync(bin, { recursive: true });
  const out = ["build", "-ldflags=-s -w", "-o", `${bin}/`];
  await go([...out, "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"]);
  const python = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python";
  await go([...out, python], {}, pythonModule);
  const { stdout } = await go(["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], {}, pythonModule);
  const script = "pulumi-language-python-exec";
  cpSync(join(stdout.trim(), "python", "cmd", script), join(bin, script));
  chmodSync(join(bin, script), 0o755);
}
