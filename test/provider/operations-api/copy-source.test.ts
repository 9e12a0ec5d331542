import { expect, test } from "vitest";
import { copiesFrom } from "../../../provider/operations-api";

test.each([
  [[], [], undefined],
  [["us-1", "eu-1"], [], "eu-1"],
  [["us-1", "eu-1"], ["wss://us-1:9933", "wss://eu-1:9933"], "us-1"],
  [["us-1", "eu-1"], [{ hostname: "ap-1", port: 9944 }], "ap-1"],
  [["us-1", "eu-1"], ["junk string", null, { hostname: "us-1" }], "us-1"],
] as const)("of %j with the routes %j: %s", (peers, routes, from) => {
  expect(copiesFrom(peers, routes as never)).toBe(from);
});
