import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { executables, version } from "./release.mjs";

const place = (cache) => join(cache, `${version}-${process.platform}-${process.arch}`);

export function cached(cache) {
  const folder = place(cache);
  if (!executables.every((name) => existsSync(join(folder, name)))) throw new Error(`nothing in ${folder}`);
  return folder;
}

/** Fills the cache's folder by `fill`, all or nothing: whoever sees the folder sees it complete. */
export async function install(cache, fill) {
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, "lock"), async () => {
    const folder = place(cache);
    // Another process may have filled it while this one waited for the lock.
    if (existsSync(folder)) return cached(cache);

    for (const name of await readdir(cache)) {
      if (name.startsWith("unfinished-")) await rm(join(cache, name), { recursive: true, force: true });
    }
    const unfinished = join(cache, `unfinished-${process.pid}`);
    await mkdir(unfinished);
    try {
      if (!(await fill(unfinished))) return undefined;
      await rename(unfinished, folder);
      return folder;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}
