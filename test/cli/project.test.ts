import { expect, test } from "vitest";
import { nameIn } from "../../cli/project.js";

test.each([
  ["name: shop\nruntime: nodejs\n", "shop"],
  ["runtime:\n  name: nodejs\nname: shop\n", "shop"],
  ["description: name\n'name' : \"shop.eu-1\"\n", "shop.eu-1"],
  ['{ "runtime": { "name": "nodejs" }, "name": "shop" }', "shop"],
  ["runtime:\n  name: nodejs\n", undefined],
])("a project is called by the name that is its own: %j", (text, name) => {
  expect(nameIn(text)).toBe(name);
});
