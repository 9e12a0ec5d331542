import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { type Instance, rootOf } from "./cluster.js";

/**
 * Where Harper is told that its data is. Its own check of paths takes twice as long for each letter or slash before a
 * dot, a space or the like: minutes from 30 on (docs/harper-defects.md). Such a path is given as a link in /tmp.
 */
export const rootPathOf = (instance: Instance): string => shortcutFor(rootOf(instance)) ?? rootOf(instance);

const slow = /[\\/a-zA-Z_0-9:-]{20,}[^\\/a-zA-Z_0-9:-]/;

function shortcutFor(root: string): string | undefined {
  if (!slow.test(root)) return undefined;
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return join("/tmp", `pulumi-harper-${name}`);
}

/** Makes the link where one is needed. Throws where it is somebody else's. */
export function linkRoot(instance: Instance): void {
  const root = rootOf(instance);
  const link = shortcutFor(root);
  if (link === undefined) return;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  try {
    symlinkSync(root, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const found = lstatSync(link);
    if (!found.isSymbolicLink() || found.uid !== process.getuid?.() || readlinkSync(link) !== root)
      throw new Failure(`${link} is to be a link to ${root}, and is something else: remove it`);
  }
}

export function unlinkRoot(instance: Instance): void {
  const link = shortcutFor(rootOf(instance));
  if (link !== undefined) rmSync(link, { force: true });
}
