import { inspect } from "node:util";
import { expect, test } from "vitest";
import { canary, Search, spellings } from "./canaries";

const secret = canary();
const search = new Search({ password: secret });

test.each(Object.keys(spellings))("the search finds a secret %s, and most of one", (spelling) => {
  for (const text of spellings[spelling]?.(secret) ?? []) {
    expect(search.in(`before ${text} after`).join()).toContain("password");
    expect(search.in(text.slice(2, text.length / 2 + 9)).join()).toContain("password");
  }
});

test.each([
  ["a header", `Basic ${Buffer.from(`admin:${secret}`).toString("base64")}`],
  ["a header of a user with a longer name", `Basic ${Buffer.from(`admin1:${secret}`).toString("base64")}`],
  ["a request in base64url", Buffer.from(JSON.stringify({ hostname: "eu", password: secret })).toString("base64url")],
  ["what inspect prints of bytes", inspect(Buffer.from(secret))],
  ["JSON in JSON", JSON.stringify({ error: JSON.stringify({ password: secret }) })],
  ["a query", `?${new URLSearchParams({ password: secret })}`],
])("the search finds a secret in %s", (_, text) => {
  expect(search.in(text)).not.toEqual([]);
});

test("and nothing where there is none", () => {
  expect(
    search.in(`${JSON.stringify(spellings)} ${new Search({ other: canary() })} ${inspect(process.versions)}`),
  ).toEqual([]);
});
