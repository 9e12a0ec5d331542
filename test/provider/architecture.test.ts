import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(__dirname, "../..");

/** Folders from the outermost to the innermost: each may import what stands behind it, and nothing before. */
const layers = [
  ["cli", "sdk"],
  ["provider/dynamic", "provider/main.ts"],
  ["provider/frontends"],
  ["provider/lifecycle", "provider/schema.ts", "provider/secrets.ts"],
  ["provider/functions"],
  ["provider/resources"],
  ["topology"],
  ["provider"],
  ["provider/operations-api"],
];

const rank = (file: string) => {
  const matches = layers
    .flatMap((folders, index) => folders.map((folder) => ({ folder, index })))
    .filter(({ folder }) => file === folder || file.startsWith(`${folder}/`));
  return matches.toSorted((one, other) => other.folder.length - one.folder.length)[0]?.index;
};

const files = ["provider", "topology", "sdk", "cli"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".ts"));

/** Every import of a file, the local ones as paths from the root. */
function importsOf(file: string, pattern = /(?:from|import|require\(|import\()\s*"([^"]+)"/g): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(pattern)].map(([, name = ""]) => name);
  return found.map((name) => {
    if (!name.startsWith(".")) return name;
    const path = relative(root, resolve(dirname(join(root, file)), name.replace(/\.js$/, "")));
    return files.find((other) => other === `${path}.ts` || other === `${path}/index.ts`) ?? path;
  });
}

test.each(files)("%s imports inwards only", (file) => {
  const own = rank(file);
  expect(own, `${file} is in no layer`).toBeDefined();
  for (const name of importsOf(file)) {
    const other = rank(name);
    if (other !== undefined) expect(other, `${file} imports ${name}`).toBeGreaterThanOrEqual(own ?? 0);
  }
});

test("only the front ends and the SDK know Pulumi", () => {
  const knowing = files.filter((file) => importsOf(file).some((name) => name.startsWith("@pulumi/")));
  expect(knowing.filter((file) => !/^(sdk|provider\/(frontends|dynamic))\//.test(file))).toEqual([]);
});

test("only the operations API knows HTTP", () => {
  const knowing = files.filter(
    (file) => file.startsWith("provider/") && importsOf(file).some((name) => /^(undici|node:https?)$/.test(name)),
  );
  expect(knowing.filter((file) => !file.startsWith("provider/operations-api/"))).toEqual([]);
});

/** What is loaded with a file, but types, and what is loaded later. */
function loadedWith(file: string, loaded = new Set<string>()): string[] {
  if (loaded.has(file)) return [];
  loaded.add(file);
  if (files.includes(file))
    for (const name of importsOf(file, /^(?:import(?! type)|\} from).*?"([^"]+)"/gm)) loadedWith(name, loaded);
  return [...loaded].sort();
}

test("before the plugin has said its port, it has loaded gRPC and Pulumi's stubs, and nothing else", () => {
  expect(loadedWith("provider/main.ts")).toEqual([
    "@grpc/grpc-js",
    "@pulumi/pulumi/proto/provider_grpc_pb",
    "package.json",
    "provider/frontends/grpc/server.ts",
    "provider/main.ts",
    "provider/node-version.ts",
  ]);
});

test("before Node is known to be new enough, nothing is loaded that fails on an old one with a riddle", () => {
  expect(loadedWith("cli/main.ts")).toEqual([
    "cli/failure.ts",
    "cli/main.ts",
    "cli/terminal.ts",
    "node:readline/promises",
    "node:stream",
    "provider/node-version.ts",
  ]);
  expect(importsOf("provider/frontends/dynamic.ts")[0]).toBe("provider/frontends/requires-node.ts");
  expect(loadedWith("provider/frontends/requires-node.ts")).toEqual([
    "provider/frontends/requires-node.ts",
    "provider/node-version.ts",
  ]);
});
