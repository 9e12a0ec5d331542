import { expect, test } from "vitest";
import { credentialsIn, credentialsOf, Secrets } from "../../../provider/operations-api/redaction";
import { withoutUserinfo } from "../../../provider/operations-api/routes";
import { canary, Search, spellings } from "../../secrets/canaries";

const knowing = (...known: string[]) => {
  const secrets = new Secrets();
  secrets.add(known);
  return secrets;
};

test.each(Object.keys(spellings).filter((spelling) => spelling !== "as bytes"))(
  "a secret %s is taken out",
  (spelling) => {
    const secret = canary();
    for (const text of spellings[spelling]?.(secret) ?? [])
      expect(knowing(secret).hide(`said "${text}", and more`)).toBe(`said "[secret]", and more`);
  },
);

test("so is a secret that was cut, at either end", () => {
  const secret = "correct-horse-battery-staple";
  expect(knowing(secret).hide("password correct-hors…")).toBe("password [secret]…");
  expect(knowing(secret).hide("…tery-staple was wrong")).toBe("…[secret] was wrong");
});

test("a short one only where it stands alone, or the gaps would tell it", () => {
  const hide = (text: string) => knowing("ape", "a.b").hide(text);
  expect(hide('"ape" is no password, paper is, APE! axb')).toBe('"[secret]" is no password, paper is, [secret]! axb');
  expect(hide("a.b")).toBe("[secret]");
  expect(knowing("").hide("nothing")).toBe("nothing");
});

test("two in one text, side by side, and one that is there twice", () => {
  const secrets = knowing("first-secret", "second-secret");
  expect(secrets.hide("first-secret, second-secret, first-secret")).toBe("[secret], [secret], [secret]");
});

test("what a header, an object or a nested request has as authorization is known by all its parts", () => {
  const [one, other, third] = [canary(), canary(), canary()];
  const basic = Buffer.from(`admin:${one}`).toString("base64");
  const request = {
    authorization: `Basic ${basic}`,
    connections: [
      { hostname: "eu-1", authorization: { username: "admin", password: other } },
      { authorization: third },
    ],
  };
  const hidden = knowing(...credentialsIn(request)).hide(`${basic} ${one} ${JSON.stringify(request)}`);
  expect(new Search({ one, other, third, basic }).in(hidden)).toEqual([]);
  expect(hidden).toContain("eu-1");
});

test("of a connection, what the schema has as secret, and the header that is made of it", () => {
  const sent = { endpoint: "https://us", username: "admin", password: "pass", token: "tok" };
  const known = [...credentialsOf({ ...sent, clientKey: "used, and never sent" })];
  expect(known.sort()).toEqual([Buffer.from("admin:pass").toString("base64"), "pass", "tok"].sort());
});

test("an error is the same error, with clean texts in all that it stands on", () => {
  const secret = canary();
  const cause = Object.assign(new TypeError(`at ${secret}`), { data: `GET ${secret}`, code: "E" });
  const error = new Error(`not ${secret}`, { cause: new AggregateError([cause], secret) });
  error.cause = Object.assign(error.cause as Error, { cause: error });
  expect(knowing(secret).hideIn(error)).toBe(error);
  expect(error.message).toBe("not [secret]");
  expect(cause).toMatchObject({ message: "at [secret]", data: "GET [secret]", code: "E" });
  expect(new Search({ secret }).in(`${error.stack}${cause.stack}`)).toEqual([]);
  expect(knowing(secret).hideIn("no error")).toBe("no error");
});

test.each([
  ["wss://admin:pw@eu-1:9933 is", "wss://[secret]@eu-1:9933 is"],
  ["https://u:p@ss@host/x@y", "https://[secret]@host/x@y"],
  ['"https://token@host"', '"https://[secret]@host"'],
  ["mail me@host, see https://host/a@b", "mail me@host, see https://host/a@b"],
])("%s → %s", (text, expected) => {
  expect(withoutUserinfo(text)).toBe(expected);
});
