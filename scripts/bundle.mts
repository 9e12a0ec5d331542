// Bundles the plugin into plugin/bundle: one file that only serves gRPC, and one that is loaded after it has said its port.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const outdir = "plugin/bundle";
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const { warnings } = await build({
  entryPoints: ["provider/main.ts"],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.19",
  legalComments: "linked",
  logLevel: "warning",
  // What the bundled CommonJS of others still asks for by name.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
writeFileSync(`${outdir}/package.json`, '{ "type": "module" }\n');
chmodSync("plugin/pulumi-resource-harper", 0o755);
process.exitCode = warnings.length > 0 ? 1 : 0;
