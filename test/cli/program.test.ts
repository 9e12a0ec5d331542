import { once } from "node:events";
import { Writable } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { run } from "../../cli/program.js";
import { table } from "../../cli/table.js";
import { outliveReaders } from "../../cli/terminal.js";

const nowhere = "no/such/folder";
const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
afterEach(() => {
  stderr.mockClear();
  stdout.mockClear();
});

test.each([
  [0, ["--help"]],
  [0, ["--version"]],
  [0, ["cluster", "up", "--help"]],
  [0, ["cluster", "down", "--dir", nowhere]],
  [1, ["cluster", "status", "--dir", nowhere]],
  [1, ["cluster", "config", "--dir", nowhere]],
  [2, []],
  [2, ["cluster"]],
  [2, ["cluster", "sideways"]],
  [2, ["cluster", "up", "--nodes", "0"]],
  [2, ["cluster", "up", "--dir", nowhere, "--first-address", "10.0.0.1"]],
])("exits with %i: %j", async (code, args) => {
  expect(await run(args)).toBe(code);
});

test("a failure is one line without a stack", async () => {
  await run(["cluster", "status", "--dir", nowhere]);
  expect(stderr.mock.calls).toEqual([[`pulumi-harper: there is no cluster in ${nowhere}: pulumi-harper cluster up\n`]]);
});

test("a table's columns are as wide as their widest cell, without trailing blanks", () => {
  expect(
    table([
      ["A", "LONG", "C"],
      ["aaa", "b", ""],
    ]),
  ).toBe("A    LONG  C\naaa  b");
});

test("a reader that goes away stops nothing; any other error does", async () => {
  const failing = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
  const pipe = failing("EPIPE");
  outliveReaders(pipe);
  pipe.write("the answer");
  await once(pipe, "error");
  const disk = failing("ENOSPC");
  outliveReaders(disk);
  expect(() => disk.emit("error", Object.assign(new Error("no space left"), { code: "ENOSPC" }))).toThrow(
    "no space left",
  );
});
