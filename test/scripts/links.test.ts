import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(__dirname, "../..");
const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const textOf = (file: string) => readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");

/** What a link to a page may have behind its `#`: a heading as GitHub spells it, or an anchor that is written down. */
function anchorsOf(file: string): string[] {
  const text = textOf(file);
  const headings = [...text.matchAll(/^#+ +(.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id)];
}

test.each(pages)("every link of %s leads somewhere", (page) => {
  const file = join(root, page);
  for (const [, to = ""] of textOf(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)/g)) {
    const [path = "", anchor] = to.split("#");
    const target = path ? resolve(dirname(file), path) : file;
    expect(existsSync(target), to).toBe(true);
    if (anchor && target.endsWith(".md")) expect(anchorsOf(target), to).toContain(anchor);
  }
});
