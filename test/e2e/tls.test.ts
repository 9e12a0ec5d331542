import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  describeInstance,
  findFreeAddresses,
  type Instance,
  restartInstance,
  startInstance,
  writeCluster,
} from "../../cli/cluster";
import { type Connection, HarperClient, type HarperError } from "../../provider/operations-api";
import { ask, poll } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
import { fingerprintOf, inDays, makeAuthority, makeCertificate, type Pair } from "../certificates";
import { folder as clusters } from "./clusters.mts";
import { frontEnds, openStackOn, project } from "./stack";

// Short, as a socket's path may have 107 bytes.
const short = mkdtempSync(join(tmpdir(), "ph-"));
const socket = `unix://${join(short, "operations-server")}`;
const port = 9935;
let instance: Instance;
let https: string;
let credentials: { username: string; password: string };
/** What Harper made for itself when it was installed. */
let own: { authority: string; fingerprint: string };
/** The tests' own. */
let authority: Pair;

beforeAll(async () => {
  const [address = ""] = await findFreeAddresses(1);
  credentials = { username: "admin", password: randomBytes(18).toString("base64url") };
  const directory = join(clusters, "tls");
  instance = describeInstance(directory, "tls", address, credentials);
  // So that it is stopped even after a run that was killed.
  writeCluster({ directory, instances: { tls: instance } });
  https = `https://${address}:${port}`;
  const settings = {
    OPERATIONSAPI_NETWORK_SECUREPORT: `${address}:${port}`,
    OPERATIONSAPI_NETWORK_DOMAINSOCKET: join(short, "operations-server"),
  };
  [, authority] = await Promise.all([startInstance(instance, { settings }), makeAuthority("the tests")]);
  const listed = (await ask(instance, { operation: "list_certificates" })) as {
    certificate: string;
    is_authority: boolean;
  }[];
  const pem = (isAuthority: boolean) => listed.find((one) => one.is_authority === isAuthority)?.certificate ?? "";
  own = { authority: pem(true), fingerprint: fingerprintOf({ cert: pem(false) }) };
});
afterAll(() => rmSync(short, { recursive: true }));

/** The name that the instance reports over this connection, or the failure. */
async function name(connection: Partial<Connection>): Promise<string | HarperError> {
  const client = new HarperClient("tls", { endpoint: https, timeoutSeconds: 10, ...connection });
  onTestFinished(() => client.close());
  return client.nodeName().catch((error: HarperError) => error);
}
const refusal = async (connection: Partial<Connection>) => {
  const error = (await name(connection)) as HarperError;
  expect(error).toMatchObject({ code: "tls" });
  return error.message;
};

describe("the certificate that Harper made itself", () => {
  test("is refused where nothing is known of it, and the error has its fingerprint", async () => {
    expect(await refusal(credentials)).toContain(`certificateFingerprint ${own.fingerprint}`);
  });

  test("is accepted by Harper's authority, and by its fingerprint alone", async () => {
    expect(await name({ ...credentials, caCertificate: own.authority })).toBe(instance.address);
    expect(await name({ ...credentials, certificateFingerprint: own.fingerprint })).toBe(instance.address);
  });

  test("is refused by another fingerprint, whatever its authority says", async () => {
    const certificateFingerprint = fingerprintOf(authority);
    const message = await refusal({ ...credentials, caCertificate: own.authority, certificateFingerprint });
    expect(message).toContain(own.fingerprint);
    expect(message).toContain(certificateFingerprint);
  });

  test("is refused where another host's name leads to it", async () => {
    const forward = createServer((from) => {
      const to = connect(port, instance.address);
      from
        .on("error", () => to.destroy())
        .pipe(to.on("error", () => from.destroy()))
        .pipe(from);
    }).listen(0, "127.0.0.2");
    await once(forward, "listening");
    onTestFinished(() => void forward.close());
    const endpoint = `https://127.0.0.2:${(forward.address() as AddressInfo).port}`;
    const message = await refusal({ ...credentials, endpoint, caCertificate: own.authority });
    expect(message).toMatch(/is for .*DNS:localhost.*, not for 127\.0\.0\.2/);
  });
});

test("a certificate that has expired on the instance is refused, but by its fingerprint", async () => {
  const dates = { from: inDays(-9), until: inDays(-2) };
  const { cert, key } = await makeCertificate("old", { by: authority, ip: instance.address, ...dates });
  const added = { name: "old", certificate: cert, private_key: key, is_authority: false, uses: ["operations-api"] };
  await ask(instance, { operation: "add_certificate", ...added });
  // Harper takes it up after a second or two.
  const pinned = () => name({ ...credentials, certificateFingerprint: fingerprintOf({ cert }) });
  expect(await poll(pinned, (answer) => answer === instance.address, 10_000)).toBe(instance.address);
  expect(await refusal({ ...credentials, caCertificate: authority.cert })).toMatch(/expired on .*Renew it/);
  await ask(instance, { operation: "remove_certificate", name: "old" });
  const known = () => name({ ...credentials, certificateFingerprint: own.fingerprint });
  expect(await poll(known, (answer) => answer === instance.address, 10_000)).toBe(instance.address);
});

test("the domain socket lets in who may write to it; credentials that are given count", async () => {
  expect(await name({ endpoint: socket })).toBe(instance.address);
  expect(await name({ endpoint: socket, ...credentials })).toBe(instance.address);
  expect(await name({ endpoint: socket, ...credentials, password: "wrong" })).toMatchObject({ code: "unauthorised" });
});

test("`pulumi-harper op` takes the same connections", async () => {
  const file = join(short, "instances.json");
  const pinned = { endpoint: https, ...credentials, certificateFingerprint: own.fingerprint };
  writeFileSync(file, JSON.stringify({ pinned, local: { endpoint: socket } }));
  for (const one of ["pinned", "local"]) {
    const args = ["dist/cli/main.js", "op", "cluster_status", "--instances", file, "--instance", one];
    const { code, stdout } = await run("node", args, { cwd: project });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ node_name: instance.address })]);
  }
});

const trusts = {
  quickstart: () => ({ caCertificate: own.authority }),
  native: () => ({ certificateFingerprint: own.fingerprint }),
};
test.each(frontEnds)(
  "pulumi up on the $name trusts it by what is configured, and by nothing else",
  async (frontEnd) => {
    const { example, module } = frontEnd;
    const settings = (connection: Record<string, unknown>, option: string) =>
      Object.entries(connection).flatMap(([key, value]) => [option, `harper:${key}=${value}`]);
    const stack = await openStackOn([instance], `tls-${example}`, example, [
      ...settings({ password: credentials.password }, "--secret"),
      ...settings({ username: credentials.username, endpoint: https }, "--plaintext"),
    ]);
    stack.write(`import { Route } from "${module}";\nnew Route("route", { url: "wss://192.0.2.1:9933" });\n`);
    /** Into the configuration, from this command on. */
    const but = (connection: Record<string, unknown>) => settings(connection, "--config");

    const warned = await stack.must("preview", ...but({ insecureSkipTlsVerify: true }));
    expect(warned.stdout).toContain("+ 2 to create");
    const [, summary = ""] = warned.stdout.split("Diagnostics:");
    expect(summary.match(/warning: .*whoever sits between can read the credentials/g)).toHaveLength(1);

    const refused = await stack.up(...but({ insecureSkipTlsVerify: false }));
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(`certificateFingerprint ${own.fingerprint}`);
    expect(await stack.up(...but(trusts[example]()))).toMatchObject({ code: 0 });
    expect(await stack.ids()).toEqual([`${instance.address}/wss://192.0.2.1:9933`]);

    // Connections are not compared: by another way it is the same instance.
    const way = example === "quickstart" ? { endpoint: socket } : {};
    expect(await stack.destroy(...but(way))).toMatchObject({ code: 0, stdout: expect.stringContaining("- 2 deleted") });
  },
);

/** Harper asks for client certificates on its HTTP port alone; its operations API does where it shares that port. */
test("a client certificate is shown to an instance that demands one, which logs in by it", async () => {
  await ask(instance, { operation: "add_certificate", name: "tests", certificate: authority.cert, is_authority: true });
  const settings = {
    OPERATIONSAPI_NETWORK_SECUREPORT: `${instance.address}:${port}`,
    HTTP_SECUREPORT: `${instance.address}:${port}`,
    HARPER_SET_CONFIG: JSON.stringify({ http: { mtls: { required: true } } }),
  };
  await restartInstance(instance, { settings });

  const caCertificate = own.authority;
  expect(await refusal({ caCertificate, ...credentials })).toMatch(/asks for a client certificate\. Give client/);
  const admin = await makeCertificate("admin", { by: authority });
  const shown = { clientCertificate: admin.cert, clientKey: admin.key };
  expect(await name({ caCertificate, ...shown })).toBe(instance.address);
  expect(await name({ certificateFingerprint: own.fingerprint, ...shown })).toBe(instance.address);
  const foreign = await makeCertificate("admin", { by: await makeAuthority("others") });
  const error = await name({ caCertificate, clientCertificate: foreign.cert, clientKey: foreign.key });
  expect((error as HarperError).message).toMatch(/not accept the client certificate/);
});
