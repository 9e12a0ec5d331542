import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeInstance } from "../../cli/cluster";
import { environmentOf } from "../../cli/cluster/environment";
import { linkRoot, unlinkRoot } from "../../cli/cluster/root-path";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ph-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const instanceIn = (directory: string) =>
  describeInstance(directory, "us", "127.0.0.11", { username: "admin", password: "p" });
const rootIn = (directory: string) => environmentOf(instanceIn(directory)).ROOTPATH ?? "";

describe("the folder that Harper is told", () => {
  test("is where the data is", () => {
    expect(rootIn("/srv/harper/cluster")).toBe("/srv/harper/cluster/us/root");
    expect(rootIn("/home/alice/a-folder-of-many-letters/cluster")).toMatch(/^\/home\/alice\/.*\/us\/root$/);
    expect(rootIn("/srv/.cache/cluster")).toBe("/srv/.cache/cluster/us/root");
  });

  test.each(["/home/alice/src/pulumi-harper/.cache/cluster", "/Users/alice/Documents/My Projects/cluster"])(
    "is a link where its own check of %s would take minutes",
    (directory) => {
      expect(rootIn(directory)).toMatch(/^\/tmp\/pulumi-harper-[0-9a-f]{16}$/);
      expect(rootIn(directory)).not.toBe(rootIn(`${directory}-2`));
    },
  );

  test("is linked once, taken away with the data, and refused where the link is another one", () => {
    const instance = instanceIn(join(folder, "a-folder-of-many-letters", ".cache"));
    const link = environmentOf(instance).ROOTPATH ?? "";
    linkRoot(instance);
    linkRoot(instance);
    expect(readlinkSync(link)).toBe(join(instance.directory, "root"));
    unlinkRoot(instance);
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), link);
    expect(() => linkRoot(instance)).toThrow(/is to be a link to .* and is something else: remove it/);
    unlinkRoot(instance);
  });
});
