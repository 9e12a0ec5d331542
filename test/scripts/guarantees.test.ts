import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(__dirname, "../..");
const page = join(root, "docs/guarantees.md");

/** A promise, and the tests that are linked beside it. */
const rows = readFileSync(page, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| promise |"))
  .map((line) => line.split(" | "))
  .map(([promise = "", tests = ""]) => [promise.slice(2), [...tests.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)]] as const);

test("there are promises", () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows)("%s", (_, tests) => {
  expect(tests.length).toBeGreaterThan(0);
  for (const [, title = "", path = ""] of tests) {
    const file = resolve(dirname(page), path);
    expect(existsSync(file), `${path} is not there`).toBe(true);
    const titles = readFileSync(file, "utf8").match(/(?<=\b(?:test|describe)\b[\s\S]{0,400}?\(\s*)"[^"\n]+"/g) ?? [];
    expect(titles, path).toContain(`"${title}"`);
  }
});
