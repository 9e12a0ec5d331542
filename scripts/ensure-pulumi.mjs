#!/usr/bin/env node
// Prints the folder of a Pulumi CLI that runs TypeScript programs; put it on PATH after the one of Node >= 22.
// Plain JavaScript without dependencies: it runs on Node >= 20 before anything is installed.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./ensure-pulumi/build.mjs";
import { cached, install } from "./ensure-pulumi/cache.mjs";
import { download } from "./ensure-pulumi/download.mjs";
import { findOnPath } from "./ensure-pulumi/on-path.mjs";
import { version } from "./ensure-pulumi/release.mjs";

const project = fileURLToPath(new URL("..", import.meta.url));
const cache = resolve(process.env.PULUMI_HARPER_CACHE ?? resolve(project, ".cache"), "pulumi");

async function ensurePulumi() {
  const failures = [];
  const attempt = async (way, action) => {
    try {
      return await action();
    } catch (error) {
      failures.push(`${way}: ${error.message}`);
      return undefined;
    }
  };
  const ready =
    (await attempt("on PATH", () => findOnPath(cache))) ?? (await attempt("in the cache", () => cached(cache)));
  if (ready) return ready;

  const installed = await install(cache, async (folder) => {
    const downloaded = await attempt("official download", () => download(folder));
    if (downloaded) return downloaded;
    console.error(`Pulumi CLI: ${failures.at(-1)}; trying to build it with Go instead`);
    return attempt("built with Go", () => build(folder, resolve(cache, "go"), resolve(project, "tools")));
  });
  if (installed) return installed;
  throw new Error(`no Pulumi CLI ${version}; four ways were tried:\n  ${failures.join("\n  ")}`);
}

try {
  console.log(await ensurePulumi());
} catch (error) {
  console.error(`ensure-pulumi: ${error.message}`);
  process.exitCode = 1;
}
