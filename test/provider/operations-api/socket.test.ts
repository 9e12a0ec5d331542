import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { HarperClient, type HarperError } from "../../../provider/operations-api";

let folder: string;
beforeEach(() => {
  // Short, as a socket's path may have 107 bytes.
  folder = mkdtempSync(join(tmpdir(), "ph-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An operations API on a domain socket; answers with the credentials that it was sent. */
async function listen(path: string): Promise<void> {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ version: request.headers.authorization ?? "nobody" }));
  });
  server.listen(path);
  await once(server, "listening");
  onTestFinished(() => void server.close());
}

const ask = (endpoint: string, rest = {}): Promise<string | HarperError> => {
  const client = new HarperClient("us", { endpoint, ...rest });
  onTestFinished(() => client.close());
  return client.version().catch((error: HarperError) => error);
};

test("an instance is asked over its domain socket, without credentials or with them", async () => {
  const path = join(folder, "operations server%");
  await listen(path);
  const endpoint = `unix://${path.replace("%", "%25")}`;
  expect(await ask(endpoint)).toBe("nobody");
  expect(await ask(endpoint.replaceAll(" ", "%20"), { token: "t" })).toBe("Bearer t");
});

test("where there is no socket, the error names the file and Harper's setting of it", async () => {
  const path = join(folder, "none");
  const error = await ask(`unix://${path}`);
  expect(error).toMatchObject({ code: "unreachable", message: expect.stringContaining(path) });
  expect((error as HarperError).message).toContain("operationsApi.network.domainSocket");
});
