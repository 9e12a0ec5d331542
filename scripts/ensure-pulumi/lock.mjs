import { rmSync } from "node:fs";
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { progress } from "./progress.mjs";

const beat = 2_000;
const dead = 20_000;

/** One holder at a time, also across processes; the lock of a holder that stopped beating is taken over. */
export async function withLock(path, action) {
  await take(path);
  const heart = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), beat);
  const release = () => rmSync(path, { recursive: true, force: true });
  const interrupted = () => process.exit(130);
  process.once("exit", release);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    return await action();
  } finally {
    clearInterval(heart);
    process.off("exit", release).off("SIGINT", interrupted).off("SIGTERM", interrupted);
    release();
  }
}

async function take(path) {
  const waiting = progress("Pulumi CLI");
  try {
    for (;;) {
      try {
        return await mkdir(path);
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const held = await stat(path).catch(() => undefined);
      if (held && Date.now() - held.mtimeMs > dead) {
        // Renamed first, so that of two who find it dead only one removes it.
        const grave = `${path}-${process.pid}`;
        await rename(path, grave).then(
          () => rm(grave, { recursive: true, force: true }),
          () => {},
        );
        continue;
      }
      waiting.now("another process is fetching or building it");
      await pause(500);
    }
  } finally {
    waiting.end();
  }
}
