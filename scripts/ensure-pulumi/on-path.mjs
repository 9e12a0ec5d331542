import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { executables, oldest } from "./release.mjs";

const run = promisify(execFile);

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function which(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(executable);
}

function compare(a, b) {
  const [left, right] = [a, b].map((text) => text.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return left[i] - right[i];
  return 0;
}

/** The folder of the CLI on PATH, or an error that says why it will not do. */
export async function findOnPath(home) {
  const pulumi = which("pulumi");
  if (!pulumi) throw new Error("there is none");
  // The CLI looks for its hosts on PATH and beside its own real file.
  const folder = dirname(realpathSync(pulumi));
  const missing = executables.find((name) => !which(name) && !executable(join(folder, name)));
  if (missing) throw new Error(`${pulumi} has no ${missing} on PATH or beside it`);

  const env = { ...process.env, PULUMI_HOME: join(home, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await run(pulumi, ["version"], { env, timeout: 30_000 });
  const version = stdout.trim().replace(/^v/, "");
  if (!(compare(version, oldest) >= 0)) throw new Error(`${pulumi} is ${version}, older than ${oldest}`);
  return dirname(pulumi);
}
