import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { empty, peers } from "../../scripts/demo/harper.mts";
import { must } from "../../scripts/demo/run.mts";
import { harper, openStack, project, state } from "./stack";

const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { version: string };
const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const archive = (folder: string) => join(folder, `pulumi-resource-harper-v${version}-${platform}.tar.gz`);
const digest = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("a release", () => {
  const folders = ["one", "two"].map((name) => join(state, "release", name));
  beforeAll(async () => {
    for (const folder of folders) await must("node", ["scripts/release.mts", folder], { cwd: project });
  });

  test("has an archive for every platform that Pulumi names, with checksums, the same each time", () => {
    const [one = "", two = ""] = folders;
    const sums = readFileSync(join(one, "SHA256SUMS"), "utf8").trim().split("\n");
    const expected = ["darwin", "linux", "windows"].flatMap((system) =>
      ["amd64", "arm64"].map((cpu) => `pulumi-resource-harper-v${version}-${system}-${cpu}.tar.gz`),
    );
    const names = sums.map((line) => line.split("  ")[1]);
    expect(names).toEqual([`pulumi-harper-${version}.tgz`, ...expected].sort());
    expect(sums).toContain(`${digest(archive(one))}  pulumi-resource-harper-v${version}-${platform}.tar.gz`);
    expect(digest(archive(two))).toBe(digest(archive(one)));
  });

  test("installs with `pulumi plugin install --file`, and a program without a word about plugins uses it", async () => {
    await empty(harper());
    const stack = await openStack("release", "native");
    await stack.must("plugin", "install", "resource", "harper", version, "--file", archive(folders[0] ?? ""));
    const description = join(stack.folder, "Pulumi.yaml");
    writeFileSync(description, readFileSync(description, "utf8").split(/^# The plugin/m)[0] ?? "");
    rmSync(join(stack.folder, "index.ts"));
    const hostname = harper()["eu-1"].address;
    stack.write(`import { Node } from "pulumi-harper/native";
new Node("eu", { target: "us-1", peer: "eu-1", hostname: "${hostname}", replicateByDefault: false, verifyTls: false });
`);
    expect(await stack.up()).toMatchObject({ code: 0, stdout: expect.stringContaining("+ 2 created") });
    expect((await peers(harper()["us-1"])).map(({ name }) => name)).toEqual([hostname]);
    const listed = JSON.parse((await stack.must("plugin", "ls", "--json")).stdout) as {
      name: string;
      version?: string;
    }[];
    expect(listed).toContainEqual(expect.objectContaining({ name: "harper", version }));
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    await stack.must("plugin", "rm", "--yes", "resource", "harper", version);
  });
});
