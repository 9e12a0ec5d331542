import { describe, expect, test } from "vitest";
import { readSettings, settingsFrom, soleInstance } from "../../provider/config";
import { Instances } from "../../provider/instances";
import { fingerprintOf, makeCertificate } from "../certificates";

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

test("what instances leave out is taken from the settings beside, credentials as one, and never a token", () => {
  const [a, b] = [{ endpoint: "https://a" }, { endpoint: "https://b", token: "t", timeoutSeconds: 9 }];
  const { instances } = readSettings({ instances: { a, b }, username: "u", password: "p", timeoutSeconds: 5 });
  expect(instances).toEqual({ a: { ...a, username: "u", password: "p", timeoutSeconds: 5 }, b });
  expect(() => readSettings({ instances: { a }, token: "t" })).toThrow(/harper:endpoint is missing/);
});

test("a client certificate and its key are taken as one, too, and a fingerprint is of one instance alone", async () => {
  const [shared, own] = [await makeCertificate("shared"), await makeCertificate("own")];
  const [a, b] = [
    { endpoint: "https://a" },
    { endpoint: "https://b", clientCertificate: own.cert, clientKey: own.key },
  ];
  const beside = { clientCertificate: shared.cert, clientKey: shared.key };
  expect(readSettings({ instances: { a, b }, ...beside }).instances).toEqual({ a: { ...a, ...beside }, b });
  const half = { a: { ...a, clientCertificate: own.cert } };
  expect(() => readSettings({ instances: half, ...beside })).toThrow(/instances\.a\.clientKey is missing/);

  const certificateFingerprint = fingerprintOf(shared);
  expect(() => readSettings({ instances: { a }, certificateFingerprint })).toThrow(/harper:endpoint is missing/);
  expect(readSettings({ ...us, certificateFingerprint }).instances[soleInstance]).toMatchObject({
    certificateFingerprint,
  });
  const environment = { HARPER_CERTIFICATE_FINGERPRINT: certificateFingerprint };
  const given = (texts: Record<string, unknown>) => settingsFrom((name) => texts[name], environment);
  expect(given({ instances: { a } })).toEqual({ instances: { a } });
  expect(given({ endpoint: "https://a" })).toEqual({ endpoint: "https://a", certificateFingerprint });
});

test("a certificate's text comes from the environment, its lines as they are", async () => {
  const { cert, key } = await makeCertificate("us");
  const environment = { HARPER_CLIENT_CERTIFICATE: cert, HARPER_CLIENT_KEY: key, HARPER_CA_CERTIFICATE: cert };
  expect(settingsFrom(() => undefined, environment)).toEqual({
    clientCertificate: cert,
    clientKey: key,
    caCertificate: cert,
  });
});

test("settings as text are read as what they are; a password of digits stays one", () => {
  const texts: Record<string, string> = { ...us, password: "123", timeoutSeconds: "5", insecureSkipTlsVerify: "true" };
  expect(settingsFrom((name) => texts[name], {})).toEqual({ ...texts, timeoutSeconds: 5, insecureSkipTlsVerify: true });
  const environment = { HARPER_CA_CERTIFICATE: "pem", HARPER_USERNAME: "other", HARPER_TOKEN: "" };
  expect(settingsFrom((name) => texts[name], environment)).toMatchObject({ username: "u", caCertificate: "pem" });
  expect(settingsFrom(() => undefined, environment)).toEqual({ username: "other", caCertificate: "pem" });
});

test("what is given is taken as it is: false and an empty password, too; an empty variable is none", () => {
  const given: Record<string, unknown> = { ...us, password: "", refreshBeforeUpdate: false };
  const environment = { HARPER_REFRESH_BEFORE_UPDATE: "true", HARPER_PASSWORD: "other", HARPER_UNVERIFIED: "" };
  expect(settingsFrom((name) => given[name], environment)).toEqual(given);
});

test("what was reviewed is of one command: the environment counts before what is set for all, or was left in the state", () => {
  const settings = { ...us, unverified: "keep", expectedTopology: "0123456789abcdef" };
  const environment = { HARPER_EXPECTED_TOPOLOGY: "any", HARPER_UNVERIFIED: "fail" };
  const read = settingsFrom((name) => (settings as Record<string, unknown>)[name], environment);
  expect(read).toEqual({ ...settings, expectedTopology: "any" });
  expect(readSettings(read).expectedTopology).toBe("any");
  expect(() => readSettings({ ...us, expectedTopology: "all" })).toThrow(/expectedTopology must be/);
});

describe("what is wrong is named, and no secret is in the text", () => {
  test.each([
    [{ instances: { a: { ...us, endpoint: "us:9925" } } }, "harper:instances.a.endpoint"],
    [{ instances: { a: { ...us, endpoint: "https://u:hush@us" } } }, "must not carry credentials"],
    [{ instances: { a: { ...us, endpoint: "http://us:9925" } } }, "allowPlainHttp"],
    [{ instances: { a: { ...us, token: "hush" } } }, "either token or username"],
    [{ instances: { a: { endpoint: us.endpoint, password: "hush" } } }, "username is missing"],
    [{ instances: { a: { ...us, pasword: "hush" } } }, "pasword"],
    [{ instances: { a: { ...us, clientKey: "hush" } } }, "harper:instances.a.clientKey is no PEM"],
    [{ ...us, caCertificate: "ca.pem" }, "harper:caCertificate is no PEM"],
    [{ ...us, endpoint: "unix://run/h" }, "harper:endpoint must be unix://"],
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
