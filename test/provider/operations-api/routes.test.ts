import { expect, test } from "vitest";
import { addressOf, hostOf } from "../../../provider/operations-api";

test.each([
  ["wss://eu:9933", "wss://eu:9933"],
  ["WSS://EU:9933/", "wss://eu:9933"],
  ["eu:9933", "wss://eu:9933"],
  ["wss://eu", "wss://eu:443"],
  [{ hostname: "eu", port: 9933 }, "wss://eu:9933"],
  [{ hostname: "eu", port: 9933, startTime: 1 }, "wss://eu:9933"],
  [{ host: "eu", port: "9933" }, "wss://eu:9933"],
  [{ hostname: "eu" }, "wss://eu:9933"],
  [{ hostname: "::1", port: 1 }, "wss://[::1]:1"],
  [{ url: "wss://eu:1" }, "wss://eu:1"],
  ["junk string", undefined],
  ["https://eu:1", undefined],
  [{ host: "eu", port: "abc" }, undefined],
  [{}, undefined],
  [null, undefined],
])("%j is %s", (route, address) => {
  expect(addressOf(route as never)).toBe(address);
});

test("the host of a URL, without brackets", () => {
  expect(hostOf("wss://[::1]:9933")).toBe("::1");
});
