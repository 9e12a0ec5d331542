import { describe, expect, test } from "vitest";
import { readSettings, soleInstance } from "../../provider/config";
import { Instances } from "../../provider/instances";

const us = { endpoint: "https://us:9925", username: "u", password: "p" };

test("a sole instance needs no name", () => {
  const settings = readSettings(us);
  expect(settings.instances).toEqual({ [soleInstance]: us });
  expect(new Instances(settings).at(undefined).name).toBe(soleInstance);
});

test("with several, each resource says which", () => {
  const instances = new Instances(readSettings({ instances: { a: us, b: us } }));
  expect(instances.problemWith(undefined)?.reason).toMatch(/name one of harper:instances \("a", "b"\)/);
  expect(instances.problemWith("c")?.reason).toMatch(/"c" is not in harper:instances/);
  expect(instances.problemWith("a")).toBeUndefined();
});

describe("what is wrong is named, and no secret is in the text", () => {
  test.each([
    [{ instances: { a: { ...us, endpoint: "us:9925" } } }, "harper:instances.a.endpoint"],
    [{ instances: { a: { ...us, endpoint: "https://u:hush@us" } } }, "must not carry credentials"],
    [{ instances: { a: { ...us, endpoint: "http://us:9925" } } }, "allowPlainHttp"],
    [{ instances: { a: { ...us, token: "hush" } } }, "either token or username"],
    [{ instances: { a: { endpoint: us.endpoint, password: "hush" } } }, "username is missing"],
    [{ instances: { a: { ...us, pasword: "hush" } } }, "pasword"],
    [{ password: "hush", username: "u" }, "harper:endpoint is missing"],
    [{ ...us, unverified: "maybe" }, "harper:unverified"],
  ])("%j: %s", (raw, text) => {
    expect(() => readSettings(raw)).toThrow(text);
    expect(() => readSettings(raw)).not.toThrow("hush");
  });
});

test.each(["http://127.0.0.1:9925", "http://localhost:9925", "http://[::1]:9925", "https://us:9925"])(
  "credentials may go to %s",
  (endpoint) => {
    expect(readSettings({ ...us, endpoint }).instances[soleInstance]?.endpoint).toBe(endpoint);
  },
);
