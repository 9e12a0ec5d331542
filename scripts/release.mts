// Writes what a release consists of into a folder (default: release): the npm package, the plugin's archives as
// `pulumi plugin install` looks for them, and their checksums. The same sources make the same archives, byte by byte.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { create } from "tar";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const out = resolve(process.argv[2] ?? "release");
// The plugin is JavaScript: every platform gets the same files.
const platforms = ["darwin", "linux", "windows"].flatMap((system) =>
  ["amd64", "arm64"].map((cpu) => `${system}-${cpu}`),
);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const platform of platforms) {
  const file = join(out, `pulumi-resource-harper-v${version}-${platform}.tar.gz`);
  const files = ["pulumi-resource-harper", "pulumi-resource-harper.cmd", ...bundle()];
  await create({ file, gzip: true, portable: true, mtime: new Date(0), cwd: "plugin" }, files);
}
execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", out], {
  stdio: ["ignore", "ignore", "inherit"],
});

const sums = readdirSync(out)
  .sort()
  .map((name) => `${sha256(join(out, name))}  ${name}\n`);
writeFileSync(join(out, "SHA256SUMS"), sums.join(""));
process.stdout.write(sums.join(""));

function bundle(): string[] {
  return readdirSync("plugin/bundle")
    .sort()
    .map((name) => `bundle/${name}`);
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
