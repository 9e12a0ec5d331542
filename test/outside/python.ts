import { cpSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { must } from "../../scripts/demo/run.mts";
import { pulumiEnvironment, Stack } from "../../scripts/demo/stack.mts";
import { bin, go, project, state } from "./go";

const venv = join(state, "venv");

/** The generated SDKs of all languages, in `state/sdks`. */
export const generateSdks = () => go(["run", "./cmd/sdkgen", join(project, "schema.json"), join(state, "sdks")]);

/** A virtual environment with the pinned packages and the generated SDK. */
async function installPackages(): Promise<void> {
  const env = { PIP_CACHE_DIR: join(state, "pip"), PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  await must("python3", ["-m", "venv", "--clear", venv], { cwd: state });
  const pip = (...args: string[]) =>
    must(join(venv, "bin", "pip"), ["install", "--no-deps", ...args], { cwd: state, env });
  await pip("-r", join(project, "test", "outside", "python", "requirements.txt"));
  await pip("--no-build-isolation", join(state, "sdks", "python"));
}

/** The Python program as a stack, in a folder from which its path to the plugin is right. */
export async function pythonStack(): Promise<Stack> {
  await installPackages();
  const folder = join(state, "python");
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(project, "test", "outside", "python"), folder, { recursive: true });
  const home = join(state, "pulumi");
  rmSync(home, { recursive: true, force: true });
  const path = [join(venv, "bin"), bin, join(project, "node_modules", ".bin"), process.env.PATH];
  return new Stack(folder, { env: { ...pulumiEnvironment(home), PATH: path.join(delimiter) } });
}
