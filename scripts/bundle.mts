// Bundles the plugin into plugin/bundle: one file that only serves gRPC, and one that is loaded after it has said its port.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const bundle = "plugin/bundle";
// Made beside it, as a plugin may be running.
const outdir = `${bundle}.new`;
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
/** Zod's messages in forty languages, of which English is used: a tenth of the bundle. */
const englishOnly: Plugin = {
  name: "english only",
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};
const { warnings, metafile } = await build({
  entryPoints: ["provider/main.ts"],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.19",
  legalComments: "none",
  // A comment that is not ASCII has V8 keep two bytes a letter of all that is loaded. Names stay, for stack traces.
  minifyWhitespace: true,
  lineLimit: 160,
  metafile: true,
  logLevel: "warning",
  plugins: [englishOnly],
  // What the bundled CommonJS of others still asks for by name.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
writeFileSync(join(outdir, "package.json"), '{ "type": "module" }\n');
copyFileSync("LICENSE", join(outdir, "LICENSE"));
writeFileSync(join(outdir, "THIRD-PARTY.txt"), licences(Object.keys(metafile.inputs)));
rmSync(bundle, { recursive: true, force: true });
renameSync(outdir, bundle);
process.exitCode = warnings.length > 0 ? 1 : 0;

/** The licence of every package that something is bundled of. */
function licences(files: readonly string[]): string {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[sc]e/i.test(one));
    if (!file) throw new Error(`${name} ${version} has no licence file: it cannot be passed on in the bundle`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
