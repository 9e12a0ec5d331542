import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Instance, logOf, rootOf } from "./cluster.js";
import { environmentOf } from "./environment.js";
import { findHarper, type HarperPackage } from "./harper-package.js";
import { processesOf } from "./processes.js";
import { waitUntilReady } from "./ready.js";
import { linkRoot } from "./root-path.js";

export interface StartOptions {
  harper?: HarperPackage;
  timeoutMs?: number;
  /** More settings, or others, by the name of their variable. The instance keeps them in its configuration file. */
  settings?: Record<string, string>;
}

/** Starts an instance on the data it has, detached from this process; answers when it is ready. */
export async function startInstance(instance: Instance, options: StartOptions = {}): Promise<void> {
  const { executable } = options.harper ?? findHarper(instance.harper);
  mkdirSync(join(instance.directory, "home"), { recursive: true });
  linkRoot(instance);
  // Left by a killed one: Harper would not start while any process, a zombie too, has that number.
  if ((await processesOf(instance)).length === 0) rmSync(join(rootOf(instance), "hdb.pid"), { force: true });
  const log = openSync(logOf(instance), "a");
  try {
    const child = spawn(process.execPath, [executable, "run"], {
      cwd: instance.directory,
      env: { ...environmentOf(instance), ...options.settings },
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
