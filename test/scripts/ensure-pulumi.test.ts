import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const names = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
const script = resolve(__dirname, "../../scripts/ensure-pulumi.mjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ensure-pulumi-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Executables that only say which version they are. */
function pretend(into: string, version: string): string {
  mkdirSync(into, { recursive: true });
  for (const name of names) {
    writeFileSync(join(into, name), `#!/bin/sh\necho v${version}\n`);
    chmodSync(join(into, name), 0o755);
  }
  return into;
}

/** The script with nothing but these folders on PATH, and no way out of this machine. */
function ensure(...path: string[]) {
  const nowhere = "http://127.0.0.1:9";
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: "utf8",
    env: {
      PATH: path.join(":"),
      HOME: folder,
      PULUMI_HARPER_CACHE: join(folder, "cache"),
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: nowhere,
    },
  });
  return { status, stdout: stdout.trim(), stderr };
}

const bin = () => [dirname(process.execPath), "/usr/bin", "/bin"];

test("what is on PATH, if new enough, with its hosts", () => {
  const there = pretend(join(folder, "bin"), "3.256.0");
  expect(ensure(there, ...bin())).toMatchObject({ status: 0, stdout: there });
});

test("where no way leads to one: all four are named, each with why", () => {
  const old = pretend(join(folder, "bin"), "3.100.0");
  const { status, stderr } = ensure(old, dirname(process.execPath));
  expect(status).toBe(1);
  expect(stderr).toMatch(/four ways were tried:\n {2}on PATH: .*3\.100\.0, older than/);
  expect(stderr).toMatch(/\n {2}in the cache: /);
  expect(stderr).toMatch(/\n {2}official download: /);
  expect(stderr).toMatch(/\n {2}built with Go: .*\bgo\b/i);
});

describe("the download", () => {
  let server: Server;
  let archive: Buffer;
  const download = async (rest: { sha256?: string; path?: string } = {}) => {
    const { port } = server.address() as AddressInfo;
    const { download: get } = await import(join(dirname(script), "ensure-pulumi", "download.mjs"));
    const sha256 = rest.sha256 ?? createHash("sha256").update(archive).digest("hex");
    const into = join(folder, "into");
    mkdirSync(into);
    const url = `http://127.0.0.1:${port}/${rest.path ?? "pulumi.tar.gz"}`;
    return get(into, { name: "pulumi.tar.gz", sha256, url });
  };

  beforeEach(async () => {
    pretend(join(folder, "release", "pulumi"), "3.256.0");
    execFileSync("tar", ["-czf", join(folder, "made.tar.gz"), "-C", join(folder, "release"), "pulumi"]);
    archive = readFileSync(join(folder, "made.tar.gz"));
    server = createServer(({ url }, response) => {
      if (url === "/pulumi.tar.gz") response.end(archive);
      else if (url === "/cut") {
        response.writeHead(200, { "content-length": archive.length });
        response.write(archive.subarray(9), () => response.destroy());
      } else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterEach(() => new Promise((closed) => server.close(closed)));

  test("unpacks what has the pinned checksum", async () => {
    const into = await download();
    expect(readdirSync(into).sort()).toEqual(names);
  });

  test.each([
    [{ sha256: "0".repeat(64) }, /has the checksum .*, not 0000/],
    [{ path: "gone" }, /answered 404/],
    [{ path: "cut" }, /terminated/],
  ])("leaves nothing behind: %j", async (rest, message) => {
    await expect(download(rest)).rejects.toThrow(message);
    expect(readdirSync(join(folder, "into"))).toEqual([]);
  });
});
