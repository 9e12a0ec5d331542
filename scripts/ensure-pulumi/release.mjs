import { readFileSync } from "node:fs";

const goMod = readFileSync(new URL("../../tools/pulumi/go.mod", import.meta.url), "utf8");

/** The pinned release, for the download and for the build alike. */
export const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(goMod)?.[1];

/** The oldest CLI taken from PATH: nothing older was ever tried with this project. */
export const oldest = "3.230.0";

/** What has to lie in one folder: the CLI, the host of TypeScript programs, the host of dynamic providers. */
export const executables = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** As published with the release; a new version needs new ones. */
const sha256 = {
  "pulumi-v3.256.0-darwin-arm64.tar.gz": "da8ed5d80c07ef00c5b0a489ddcedf4c985092d69b8efc4e9d2193e1e4f05b5b",
  "pulumi-v3.256.0-darwin-x64.tar.gz": "53a8c8775cb6e9886482552a3e7c74eccec7284dce4a4f68368a94113cf47b98",
  "pulumi-v3.256.0-linux-arm64.tar.gz": "a5b0c4cfc894d9147b8769eeb590fb6517f98829595d95443c2b6f91b1815711",
  "pulumi-v3.256.0-linux-x64.tar.gz": "fe4afd4cda48f7fe06961268834caf78fb1efa8b31ee61ad00ee2e6cfa91caea",
};

export function archive() {
  const name = `pulumi-v${version}-${process.platform}-${process.arch}.tar.gz`;
  return { name, sha256: sha256[name], url: `https://get.pulumi.com/releases/sdk/${name}` };
}
