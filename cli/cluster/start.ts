import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { type Instance, logOf } from "./cluster.js";
import { environmentOf } from "./environment.js";
import { findHarper, type HarperPackage } from "./harper-package.js";
import { waitUntilReady } from "./ready.js";

export interface StartOptions {
  harper?: HarperPackage;
  timeoutMs?: number;
}

/** Starts an instance on the data it has, detached from this process; answers when it is ready. */
export async function startInstance(instance: Instance, options: StartOptions = {}): Promise<void> {
  const { executable } = options.harper ?? findHarper();
  mkdirSync(join(instance.directory, "home"), { recursive: true });
  const log = openSync(logOf(instance), "a");
  try {
    const child = spawn(process.execPath, [executable, "run"], {
      cwd: instance.directory,
      env: environmentOf(instance),
      stdio: ["ignore", log, log],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
  } finally {
    closeSync(log);
  }
  await waitUntilReady(instance, options);
}
