import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { progress } from "./progress.mjs";
import { version } from "./release.mjs";

const cli = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

// What npm's @pulumi/pulumi ships under this name, with the arguments quoted.
const dynamicHost = `#!/bin/sh
script=$(node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')") || exit 1
exec node "$script" "$@"
`;

/** Builds the executables into `folder` from the modules pinned in `tools`. */
export async function build(folder, goFolder, tools) {
  const shown = progress(`Pulumi CLI ${version}`);
  const env = environment(goFolder);
  const make = (name, from, flags) => compile(name, from, [...flags, "-o", join(folder, name)], env, shown);
  try {
    shown.now("building it with Go, which takes some minutes");
    await make("pulumi-language-nodejs", { module: join(tools, "language-nodejs"), path: host }, ["-ldflags=-s -w"]);
    await make("pulumi", { module: join(tools, "pulumi"), path: cli }, [
      `-ldflags=-s -w -X ${versionVariable}=v${version}`,
    ]);
    await writeFile(join(folder, "pulumi-resource-pulumi-nodejs"), dynamicHost, { mode: 0o755 });
    // Gigabytes that serve nothing any more; a failed build keeps them and goes on from there.
    if (!shared()) await rm(goFolder, { recursive: true, force: true });
    shown.end("built");
    return folder;
  } finally {
    shown.end();
  }
}

const shared = () => process.env.PULUMI_HARPER_SHARED_GO_CACHE === "1";

/** Go's own settings hold, but what it writes stays in `goFolder`. */
export function environment(goFolder) {
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOWORK: "off",
    GOGC: "300",
    GOFLAGS: "-mod=readonly -modcacherw -trimpath -buildvcs=false",
  };
  if (shared()) return env;
  const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
  const own = { GOPATH: "path", GOMODCACHE: "path/pkg/mod", GOCACHE: "build", XDG_CONFIG_HOME: "config" };
  for (const [name, path] of Object.entries(own)) env[name] = join(goFolder, path);
  if (process.platform === "linux") env.GOENV ??= join(config, "go", "env");
  return env;
}

async function compile(name, from, flags, env, shown) {
  let modules = 0;
  const packages = await go(["list", "-deps", "-f", "{{.ImportPath}}", from.path], from.module, env, (line) => {
    if (line.startsWith("go: downloading")) shown.now(`${name}: ${++modules} modules fetched`);
  });
  let compiled = 0;
  // Debugging information would be made, at a third of the time, only to be stripped.
  await go(["build", "-v", "-gcflags=all=-dwarf=false", ...flags, from.path], from.module, env, (line) => {
    if (!line.startsWith("go: ")) shown.now(`${name}: ${++compiled} of ${packages.length} packages compiled`);
  });
}

async function go(args, cwd, env, onLine) {
  const child = spawn("go", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => child.kill();
  process.once("exit", stop);
  const output = [];
  const messages = [];
  createInterface({ input: child.stdout }).on("line", (line) => output.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => {
    messages.push(line);
    onLine(line);
  });
  const code = await new Promise((resolve, reject) => {
    child.on("close", resolve).on("error", (error) => {
      reject(
        error.code === "ENOENT" ? new Error("there is no go on PATH; install Go 1.21 or newer (go.dev/dl)") : error,
      );
    });
  });
  process.off("exit", stop);
  if (code !== 0) throw new Error(`go ${args[0]} failed: ${messages.slice(-3).join(" | ")}`);
  return output;
}
