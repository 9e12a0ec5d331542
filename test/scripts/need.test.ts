import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const script = resolve(__dirname, "../../scripts/need.sh");

test("each missing tool is one line with the way out", () => {
  const empty = mkdtempSync(join(tmpdir(), "need-"));
  onTestFinished(() => rmSync(empty, { recursive: true }));
  const { status, stderr } = spawnSync("/bin/sh", [script], { encoding: "utf8", env: { PATH: empty } });
  expect(status).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^git is missing: install it/),
    expect.stringMatching(/^node is missing: install Node 20 or newer/),
    expect.stringMatching(/^npm is missing: it comes with Node/),
  ]);
});

test("nothing is said where all are there", () => {
  expect(spawnSync("/bin/sh", [script], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});
