import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const kB = 1000;
const bundle = resolve(__dirname, "../../plugin/bundle");
const sizeOf = (name: string) => statSync(join(bundle, name)).size;

/** What the plugin loads before it says its port, and after: twice or three times a command. */
test("the plugin's bundle is no larger than it was found to need", () => {
  const scripts = readdirSync(bundle).filter((name) => name.endsWith(".js"));
  const [first, later] = [
    scripts.filter((name) => !name.startsWith("service")),
    scripts.filter((name) => name.startsWith("service")),
  ];
  const sum = (names: string[]) => names.map(sizeOf).reduce((total, size) => total + size, 0);
  expect(sum(first)).toBeLessThan(1020 * kB);
  expect(sum(later)).toBeLessThan(1720 * kB);
  expect(later).toHaveLength(1);
});
