import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { HarperClient } from "../../../provider/operations-api";
import { canary, failure, fake } from "./harness";

describe("credentials and TLS", () => {
  test("a bearer token", async () => {
    const { operation_token } = (await (
      await fetch(fake.instances["us-1"]?.endpoint ?? "", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Basic ${Buffer.from(`admin:${canary}`).toString("base64")}`,
        },
        body: JSON.stringify({ operation: "create_authentication_tokens", username: "admin", password: canary }),
      })
    ).json()) as { operation_token: string };
    const { endpoint } = fake.instances["us-1"] ?? { endpoint: "" };
    const bearer = new HarperClient("us", { endpoint, token: operation_token });
    onTestFinished(() => bearer.close());
    expect(await bearer.nodeName()).toBe("us-1");
  });

  describe("a self-signed instance", () => {
    let server: ReturnType<typeof createServer>;
    let endpoint: string;
    let certificate: string;
    beforeAll(async () => {
      const made = await generate([{ name: "commonName", value: "localhost" }], {
        extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
      });
      certificate = made.cert;
      server = createServer({ key: made.private, cert: made.cert }, (_request, response) =>
        response.end('{"version":"4.7.29"}'),
      );
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());

    test("is refused by default, and the error names the ways out", async () => {
      const error = await failure(new HarperClient("us", { endpoint }).version());
      expect(error).toMatchObject({
        code: "tls",
        message: expect.stringMatching(/caCertificate.*insecureSkipTlsVerify/),
      });
    });
    test("is accepted with its CA", async () => {
      expect(await new HarperClient("us", { endpoint, caCertificate: certificate }).version()).toBe("4.7.29");
    });
    test("is accepted with the explicit switch", async () => {
      expect(await new HarperClient("us", { endpoint, insecureSkipTlsVerify: true }).version()).toBe("4.7.29");
    });
  });
});
