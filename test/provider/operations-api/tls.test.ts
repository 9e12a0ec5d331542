import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Connection, HarperClient, type HarperError } from "../../../provider/operations-api";
import { fingerprintOf, inDays, makeAuthority, makeCertificate, type Pair } from "../../certificates";
import { listen } from "./secure-server";

const canary = "pw-canary-5c1d";
const basic = Buffer.from(`admin:${canary}`).toString("base64");
let authority: Pair;
let other: Pair;
let certificate: Pair;
beforeAll(async () => {
  [authority, other] = [await makeAuthority(), await makeAuthority("another authority")];
  certificate = await makeCertificate("us-1", { by: authority });
});

/** Asks with credentials; the answer, or the failure. */
async function ask(connection: Connection): Promise<string | HarperError> {
  const client = new HarperClient("us", { username: "admin", password: canary, timeoutSeconds: 5, ...connection });
  onTestFinished(() => client.close());
  return client.version().catch((error: HarperError) => error);
}

/** A server of this certificate, asked over this connection, is not sent a byte. */
async function refused(server: Pair, connection: Omit<Connection, "endpoint"> = {}): Promise<string> {
  const { endpoint, received } = await listen(server);
  const error = await ask({ endpoint, ...connection });
  expect(error).toMatchObject({ code: "tls" });
  expect(received()).toBe("");
  return (error as HarperError).message;
}

async function accepted(server: Pair, connection: Omit<Connection, "endpoint">): Promise<void> {
  const { endpoint, received } = await listen(server);
  expect(await ask({ endpoint, ...connection })).toBe("4.7.29");
  expect(received()).toContain(basic);
}

describe("an instance is trusted by its authority", () => {
  test("that is known", () => accepted(certificate, { caCertificate: authority.cert }));

  test("or is refused: the error names who signed it, and both ways out", async () => {
    const message = await refused(certificate);
    expect(message).toMatch(/authority that is not known here \(CN=an authority\)/);
    expect(message).toMatch(/as caCertificate/);
    expect(message).toContain(`certificateFingerprint ${fingerprintOf(certificate)} accepts it`);
  });

  test("another one than is known is none", async () => {
    const message = await refused(certificate, { caCertificate: other.cert });
    expect(message).toMatch(/authority that caCertificate is not \(CN=an authority\)/);
  });

  test("nor is one that only has its name", async () => {
    const namesake = await makeAuthority();
    expect(await refused(certificate, { caCertificate: namesake.cert })).toMatch(/authority that caCertificate is not/);
  });

  test("one that signed itself is its own", async () => {
    const own = await makeCertificate("us-1");
    expect(await refused(own)).toMatch(/is signed by itself\. Give it as caCertificate/);
    expect(await refused(own, { caCertificate: authority.cert })).toMatch(/is not that of caCertificate/);
    await accepted(own, { caCertificate: own.cert });
  });

  test("not after its time, nor before", async () => {
    const old = await makeCertificate("us-1", { by: authority, from: inDays(-9), until: inDays(-2) });
    const date = inDays(-2).toISOString().slice(0, 10);
    expect(await refused(old, { caCertificate: authority.cert })).toContain(`expired on ${date}. Renew it`);
    const early = await makeCertificate("us-1", { by: authority, from: inDays(2), until: inDays(9) });
    expect(await refused(early, { caCertificate: authority.cert })).toMatch(/valid only from .* Check the clocks/);
  });

  test("not under the name of another host", async () => {
    const elsewhere = await makeCertificate("eu-1", { by: authority, ip: "192.0.2.7" });
    const message = await refused(elsewhere, { caCertificate: authority.cert });
    expect(message).toMatch(/is for IP Address:192\.0\.2\.7, not for 127\.0\.0\.1\. Use one of these names/);
  });

  test("what a stranger put into a certificate is one line of it", async () => {
    const strange = await makeAuthority(`\u202eleft to right${"x".repeat(500)}`);
    const message = await refused(await makeCertificate("us-1", { by: strange }));
    expect(message).toMatch(/\(CN=\?left to rightx+…\)/);
    expect(message).not.toContain("x".repeat(200));
  });

  test("or by nothing, where that is switched off", () => accepted(certificate, { insecureSkipTlsVerify: true }));
});

describe("an instance is trusted by its fingerprint", () => {
  test("however it is spelled, and without its authority", async () => {
    const printed = fingerprintOf(certificate);
    const bare = printed.replaceAll(":", "").toLowerCase();
    for (const certificateFingerprint of [printed, bare, `sha256 Fingerprint=${printed}\n`, `SHA256:${bare}`])
      await accepted(certificate, { certificateFingerprint });
  });

  test("be it signed by itself, expired, or of another host", async () => {
    for (const one of [
      await makeCertificate("us-1"),
      await makeCertificate("us-1", { from: inDays(-9), until: inDays(-2) }),
      await makeCertificate("us-1", { ip: "192.0.2.7" }),
    ])
      await accepted(one, { certificateFingerprint: fingerprintOf(one) });
  });

  test("another one is refused with both fingerprints, whatever the authority says", async () => {
    const successor = await makeCertificate("us-1", { by: authority });
    const certificateFingerprint = fingerprintOf(certificate).toLowerCase();
    for (const rest of [{}, { caCertificate: authority.cert }]) {
      const message = await refused(successor, { certificateFingerprint, ...rest });
      expect(message).toContain(fingerprintOf(successor));
      expect(message).toContain(fingerprintOf(certificate));
    }
  });

  test("and by nothing else: what is no fingerprint accepts none", async () => {
    for (const certificateFingerprint of ["", "junk"])
      await refused(certificate, { certificateFingerprint, caCertificate: authority.cert });
  });
});

test.each([
  ["an authority", () => ({ caCertificate: authority.cert })],
  ["a fingerprint", () => ({ certificateFingerprint: fingerprintOf(certificate) })],
])("with %s, every connection is verified by itself: none goes on with the session of another", async (_, trust) => {
  // As Harper's do, the certificates share what sessions are resumed by.
  const ticketKeys = Buffer.alloc(48, 7);
  const { server, sockets, resumed, endpoint, received } = await listen({ ...certificate, ticketKeys });
  const client = new HarperClient("us", { endpoint, token: canary, timeoutSeconds: 5, ...trust() });
  onTestFinished(() => client.close());
  const again = async () => {
    const last = sockets.at(-1) as TLSSocket;
    last.destroy();
    await once(last, "close");
    return client.send("registration_info", {});
  };
  await client.send("registration_info", {});
  await again();
  expect(resumed).toEqual([false, false]);
  const before = received();
  server.setSecureContext({ ...(await makeCertificate("us-1", { by: other })), ticketKeys });
  await expect(again()).rejects.toMatchObject({ code: "tls" });
  expect(received()).toBe(before);
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("an instance that asks for a client certificate (%s)", (version) => {
  const demanding = () =>
    listen({
      ...certificate,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    });
  const trust = () => ({ caCertificate: authority.cert });

  test("is shown it", async () => {
    const { endpoint, sockets } = await demanding();
    const { cert, key } = await makeCertificate("admin", { by: authority });
    expect(await ask({ endpoint, ...trust(), clientCertificate: cert, clientKey: key })).toBe("4.7.29");
    expect(sockets[0]?.getPeerCertificate().subject.CN).toBe("admin");
  });

  test("refuses who has none, and the error says what to give", async () => {
    const error = await ask({ endpoint: (await demanding()).endpoint, ...trust() });
    expect(error).toMatchObject({
      code: "tls",
      message: expect.stringMatching(/asks for a client certificate\. Give clientCertificate and clientKey/),
    });
  });

  test("refuses that of another authority", async () => {
    const { cert, key } = await makeCertificate("admin", { by: other });
    const { endpoint } = await demanding();
    const error = await ask({ endpoint, ...trust(), clientCertificate: cert, clientKey: key });
    expect((error as HarperError).message).toMatch(/not accept the client certificate/);
  });
});

describe("what listens there is something else", () => {
  test("no TLS where TLS was to be", async () => {
    const server = createServer((_request, response) => response.end("{}")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const error = await ask({ endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(error).toMatchObject({ code: "tls", message: expect.stringMatching(/does not speak TLS.*Check the port/) });
  });

  test("TLS where none was to be", async () => {
    const { endpoint } = await listen(certificate);
    const error = await ask({ endpoint: endpoint.replace("https", "http") });
    expect(error).toMatchObject({ code: "unreachable", message: expect.stringMatching(/starts with https:/) });
  });
});
