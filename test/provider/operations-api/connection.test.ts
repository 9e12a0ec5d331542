import { createPrivateKey } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { connectionProblems, connectionRisks, connectionSchema, readEndpoint } from "../../../provider/operations-api";
import { fingerprintOf, makeCertificate, type Pair } from "../../certificates";

let pair: Pair;
let other: Pair;
beforeAll(async () => {
  [pair, other] = [await makeCertificate("admin"), await makeCertificate("other")];
});

const us = { endpoint: "https://us:9925", username: "u", password: "hush" };
/** What is wrong with a field, or between fields, as preview says it: `property reason`. */
function wrong(fields: Record<string, unknown>): string[] {
  const result = connectionSchema.safeParse({ ...us, ...fields });
  if (!result.success) return result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  return connectionProblems(result.data).map(({ property, reason }) => `${property} ${reason}`);
}

describe("an endpoint", () => {
  test.each([
    ["https://us:9925", "https://us:9925", "us:9925"],
    ["https://US:443/", "https://us", "us"],
    ["http://[::1]:9925", "http://[::1]:9925", "[::1]:9925"],
    [
      "unix:///run/harper/operations-server",
      "unix:///run/harper/operations-server",
      "unix:///run/harper/operations-server",
    ],
    [
      "UNIX:/run/./harper/../harper/%6fperations-server",
      "unix:///run/harper/operations-server",
      "unix:///run/harper/operations-server",
    ],
  ])("%s is one place, however it is spelled", (text, key, name) => {
    expect(wrong({ endpoint: text })).toEqual([]);
    expect(readEndpoint(text)).toMatchObject({ key, name });
  });

  test.each([
    ["us:9925", "https://"],
    ["ftp://us", "https://, http:// or unix://"],
    ["unix://run/harper", "absolute path"],
    ["unix:", "absolute path"],
    ["unix:///", "absolute path"],
    ["unix:run", "absolute path"],
    ["unix:///run/a?b", "absolute path"],
    ["unix:///run/100%", "%25"],
    ["unix:///run/a%00b", "%25"],
    [`unix:///${"ü".repeat(54)}`, "107 bytes"],
    ["unix://u:hush@h/run", "credentials"],
  ])("%s is none: %s", (endpoint, text) => {
    expect(wrong({ endpoint })).toEqual([expect.stringMatching(/^endpoint /)]);
    expect(wrong({ endpoint })[0]).toContain(text);
    expect(wrong({ endpoint })[0]).not.toContain("hush");
  });

  test("credentials go to it in clear only where they stay on this machine", () => {
    for (const endpoint of ["http://localhost:1", "http://127.9.9.9:1", "unix:///run/h"])
      expect(wrong({ endpoint })).toEqual([]);
    for (const endpoint of [
      "http://us",
      "http://127.0.0.1.us",
      "http://localhost.us",
      "http://[::2]",
      "http://0.0.0.0",
    ]) {
      expect(wrong({ endpoint })).toEqual([expect.stringMatching(/^endpoint .*plain HTTP/)]);
      expect(wrong({ endpoint, allowPlainHttp: true })).toEqual([]);
    }
  });
});

describe("certificates and keys", () => {
  test("are PEM, one certificate or more", () => {
    expect(wrong({ caCertificate: `# ours\n${pair.cert}\n${other.cert}` })).toEqual([]);
    expect(wrong({ clientCertificate: `${pair.cert}${other.cert}`, clientKey: pair.key })).toEqual([]);
  });

  test("what is no PEM is named", () => {
    const broken = pair.cert.replace(/[A-Za-z0-9]{8}\n/, "\n");
    for (const [fields, expected] of [
      [{ caCertificate: "/etc/ssl/ca.pem" }, /^caCertificate is no PEM: .*not the name of its file/],
      [{ caCertificate: pair.cert.replaceAll("\n", "\\n") }, /^caCertificate is no PEM/],
      [{ caCertificate: `${pair.cert}${broken}` }, /^caCertificate is no PEM: certificate 2/],
      [{ clientCertificate: "x", clientKey: pair.key }, /^clientCertificate is no PEM/],
      [{ clientCertificate: pair.cert, clientKey: "hush" }, /^clientKey is no PEM of a private key/],
      [{ clientCertificate: pair.cert, clientKey: pair.cert }, /^clientKey is no PEM of a private key/],
    ] as const) {
      expect(wrong(fields)).toEqual([expect.stringMatching(expected)]);
      expect(wrong(fields).join()).not.toContain("hush");
    }
  });

  test("a key among certificates, which are no secret, is sent to its own field", () => {
    expect(wrong({ caCertificate: pair.cert + pair.key })).toEqual([
      "caCertificate has a private key in it, which belongs into clientKey",
    ]);
  });

  test("an encrypted key is told from a broken one", () => {
    const form = { type: "pkcs8", format: "pem", cipher: "aes256", passphrase: "x" } as const;
    const encrypted = createPrivateKey(pair.key).export(form);
    expect(wrong({ clientCertificate: pair.cert, clientKey: encrypted })).toEqual([
      expect.stringMatching(/^clientKey is encrypted/),
    ]);
  });

  test("go together: both or neither, and of one another", () => {
    expect(wrong({ clientCertificate: pair.cert })).toEqual(["clientKey is missing beside clientCertificate"]);
    expect(wrong({ clientKey: pair.key })).toEqual(["clientCertificate is missing beside clientKey"]);
    expect(wrong({ clientCertificate: pair.cert, clientKey: other.key })).toEqual([
      "clientKey is not the key of clientCertificate",
    ]);
  });
});

describe("a fingerprint", () => {
  test("is SHA-256", () => {
    expect(wrong({ certificateFingerprint: fingerprintOf(pair) })).toEqual([]);
    for (const certificateFingerprint of ["", "AB:CD", "AB".repeat(20), `${fingerprintOf(pair)}:00`, "x".repeat(64)])
      expect(wrong({ certificateFingerprint })).toEqual([
        expect.stringMatching(/^certificateFingerprint is no SHA-256/),
      ]);
  });

  test("is of no use without TLS, and nothing makes it worthless unsaid", () => {
    const certificateFingerprint = fingerprintOf(pair);
    for (const endpoint of ["http://127.0.0.1:9925", "unix:///run/h"])
      expect(wrong({ endpoint, certificateFingerprint })).toEqual([
        expect.stringMatching(/^certificateFingerprint is of no use/),
      ]);
    expect(wrong({ certificateFingerprint, insecureSkipTlsVerify: true })).toEqual([
      expect.stringMatching(/^insecureSkipTlsVerify would make certificateFingerprint worthless/),
    ]);
  });
});

test("what is allowed and dangerous is told, and nothing else", () => {
  const risks = (fields: Record<string, unknown>) => connectionRisks("us", { ...us, ...fields }).join();
  expect(risks({})).toBe("");
  expect(risks({ insecureSkipTlsVerify: true })).toMatch(/^us .*insecureSkipTlsVerify.*sits between can read the cred/);
  expect(risks({ endpoint: "http://us", allowPlainHttp: true })).toMatch(/^us .*allowPlainHttp.*sits between can read/);
  const harmless = { insecureSkipTlsVerify: true, allowPlainHttp: true };
  for (const endpoint of ["http://127.0.0.1:1", "unix:///run/h"]) expect(risks({ endpoint, ...harmless })).toBe("");
});
