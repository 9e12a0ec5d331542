import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { progress } from "./progress.mjs";
import { archive, executables, version } from "./release.mjs";

const run = promisify(execFile);
const connectLimit = 10_000;
const limit = 180_000;

/** Puts the published executables into `folder`. */
export async function download(folder, release = archive()) {
  if (!release.sha256) throw new Error(`no checksum is pinned for ${release.name}`);
  const file = join(folder, release.name);
  const shown = progress(`Pulumi CLI ${version}`);
  try {
    shown.now(`downloading ${release.url}`);
    const digest = await save(release.url, file, shown);
    if (digest !== release.sha256) throw new Error(`${release.url} has the checksum ${digest}, not ${release.sha256}`);
    const names = executables.map((name) => `pulumi/${name}`);
    await run("tar", ["-xzf", file, "-C", folder, "--strip-components=1", ...names]);
    shown.end("downloaded");
    return folder;
  } finally {
    shown.end();
    await rm(file, { force: true });
  }
}

async function save(url, file, shown) {
  const gaveUp = new AbortController();
  const abort = (why) => () => gaveUp.abort(new Error(why));
  let timer = setTimeout(abort(`${url} did not answer in ${connectLimit / 1000} s`), connectLimit);
  try {
    const response = await fetch(url, { signal: gaveUp.signal }).catch((error) => {
      throw new Error(`${url}: ${error.cause?.message ?? error.message}`, { cause: error });
    });
    clearTimeout(timer);
    timer = setTimeout(abort(`${url} was not here after ${limit / 1000} s`), limit);
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    const hash = createHash("sha256");
    let bytes = 0;
    const count = async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        shown.now(`downloaded ${Math.round(bytes / 1e6)} MB`);
        yield chunk;
      }
    };
    await pipeline(response.body, count, createWriteStream(file), { signal: gaveUp.signal });
    return hash.digest("hex");
  } catch (error) {
    throw gaveUp.signal.aborted ? gaveUp.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
