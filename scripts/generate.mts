// Writes what follows from the Zod declarations: schema.json, sdk/types.ts, docs/reference.md and the
// examples that the pages show; and from bench/results.json: docs/performance.md and its pictures. With --check it only
// compares, and exits 1 where a file is not what it would write.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { plots } from "../bench/plots.mts";
import { performancePage } from "../bench/report/index.mts";
import { readResults } from "../bench/results.mts";
import { checksPage } from "./generate/checks.mts";
import { referencePage } from "./generate/reference.mts";
import { sdkTypes } from "./generate/sdk-types.mts";
import { withShownFiles } from "./generate/shown-files.mts";

const require = createRequire(import.meta.url);
const { packageSchema } = require("../dist/provider/schema.js") as typeof import("../provider/schema.ts");
const { version } = require("../package.json") as { version: string };

const files: Record<string, string> = {
  "schema.json": `${JSON.stringify(packageSchema(version), null, 2)}\n`,
  "sdk/types.ts": sdkTypes(),
  "docs/reference.md": referencePage(),
  "docs/checks.md": checksPage(),
  "docs/examples.md": withShownFiles("docs/examples.md"),
  "docs/plugin.md": withShownFiles("docs/plugin.md"),
  "README.md": withShownFiles("README.md"),
};
const measured = readResults();
if (measured) {
  const pictures = plots(measured.results);
  for (const [name, picture] of Object.entries(pictures)) files[`docs/performance/${name}`] = picture;
  files["docs/performance.md"] = performancePage(
    readFileSync("docs/performance.md", "utf8"),
    measured,
    Object.keys(pictures),
  );
}
const biome = require.resolve("@biomejs/biome/bin/biome");
files["sdk/types.ts"] = execFileSync(process.execPath, [biome, "format", "--stdin-file-path=sdk/types.ts"], {
  input: files["sdk/types.ts"] ?? "",
  encoding: "utf8",
});

let stale = 0;
for (const [path, text] of Object.entries(files)) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (process.argv.includes("--check")) {
    stale++;
    console.error(
      `${path} is not what the declarations, or bench/results.json, say: run \`make generate\` and commit it.`,
    );
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
