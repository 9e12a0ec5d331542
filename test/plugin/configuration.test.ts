import { status } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, ConfigureRequest, DiffRequest, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fromStruct } from "../../provider/frontends/grpc/struct";
import { secretsIn, withSecrets } from "../../provider/frontends/values";
import { unknown } from "../../provider/unknown";
import { makeCertificate } from "../certificates";
import { fakeWorld } from "../lifecycle/fake-world";
import { connectionsOf } from "../lifecycle/world";
import { call, Engine } from "./engine";
import { configure, plain, resourceAt, struct } from "./provider";

let engine: Engine;
let client: ResourceProviderClient;
let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let world: Awaited<ReturnType<typeof fakeWorld>>["world"];
beforeEach(async () => {
  ({ fake, world } = await fakeWorld());
  engine = await Engine.start();
  client = await engine.host();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await engine.close();
  await fake.close();
});

const us = { endpoint: "https://us:9925", username: "u", password: "hush" };
const urn = "urn:pulumi:dev::p::pulumi:providers:harper::default";
const check = (news: Record<string, unknown>) =>
  call(client, "checkConfig", new CheckRequest().setUrn(urn).setNews(struct(news)));
const failures = async (news: Record<string, unknown>) =>
  (await check(news)).getFailuresList().map((one) => one.getProperty());

describe("CheckConfig", () => {
  test.each([
    [{ instances: { a: { ...us, endpoint: "us:9925" } } }, ["instances.a.endpoint"]],
    [{ instances: JSON.stringify({ a: { ...us, pasword: "x" } }) }, ["instances.a"]],
    [{ instances: "{" }, [""]],
    [{ endpont: "https://us" }, [""]],
    [{ pasword: "hush" }, [""]],
    [{ ...us, timeoutSeconds: "-1" }, ["timeoutSeconds"]],
    [{ ...us, insecureSkipTlsVerify: "perhaps" }, ["insecureSkipTlsVerify"]],
    [{ password: "hush", username: "u" }, ["endpoint"]],
    [{ ...us, version: "0.1.0", pluginDownloadURL: "x", __internal: {}, timeoutSeconds: "5" }, []],
    [{}, []],
  ])("%j: %j", async (news, expected) => {
    expect(await failures(news)).toEqual(expected);
    const reasons = (await check(news)).getFailuresList().map((one) => one.getReason());
    expect(reasons.join()).not.toContain("hush");
    // Named in the reason where the engine would print its value.
    if (expected[0] === "")
      expect(reasons[0]).toMatch(
        new RegExp(`^${Object.keys(news)[0]} (is not a setting|must be JSON \\(an object\\))`),
      );
  });

  test("the inputs come back as they were, with what is secret marked", async () => {
    const news = { instances: JSON.stringify({ a: us }), password: "hush", username: "u", endpoint: "https://b" };
    const inputs = fromStruct((await check(news)).getInputs());
    expect(secretsIn(inputs).sort()).toEqual(["instances", "password"]);
    expect(plain((await check(news)).getInputs())).toEqual(news);
    const marked = struct(
      withSecrets({ endpoint: "https://b", username: "u", password: "hush" }, ["password", "endpoint"]),
    );
    const again = await call(client, "checkConfig", new CheckRequest().setUrn(urn).setNews(marked));
    expect(fromStruct(again.getInputs())).toEqual(fromStruct(marked));
  });

  test("what the environment has is not among the inputs, which go into the state", async () => {
    vi.stubEnv("HARPER_TOKEN", "from-the-shell");
    vi.stubEnv("HARPER_CA_CERTIFICATE", "from-the-shell");
    expect(plain((await check({})).getInputs())).toEqual({});
  });

  test("a client's key is marked, and is in no failure", async () => {
    const { cert, key } = await makeCertificate("admin");
    const client = { ...us, clientCertificate: cert, clientKey: key };
    expect(secretsIn(fromStruct((await check(client)).getInputs())).sort()).toEqual(["clientKey", "password"]);
    const [failure] = (await check({ ...client, clientKey: "hush" })).getFailuresList();
    expect([failure?.getProperty(), failure?.getReason()]).toEqual(["", expect.stringMatching(/^clientKey is no PEM/)]);
    expect(failure?.getReason()).not.toContain("hush");
  });

  test("what is not known yet is not wrong, and it is said that nothing is asked", async () => {
    expect(await failures({ instances: { a: { ...us, endpoint: unknown } } })).toEqual([]);
    expect(await failures({ endpoint: unknown, username: "u", password: "p" })).toEqual([]);
    expect(engine.said.join()).toMatch(/info: .*configuration is not known yet/);
  });
});

describe("DiffConfig", () => {
  const diff = async (olds: Record<string, unknown>, news: Record<string, unknown>) => {
    const request = new DiffRequest().setUrn(urn).setOldInputs(struct(olds)).setNews(struct(news));
    const answer = await call(client, "diffConfig", request);
    expect(answer.getReplacesList()).toEqual([]);
    return { some: answer.getChanges() === DiffResponse.DiffChanges.DIFF_SOME, diffs: answer.getDiffsList() };
  };
  const named = (password: string) => ({ instances: JSON.stringify({ a: { ...us, password } }) });

  test("a rotated credential is an update, and replaces nothing", async () => {
    expect(await diff(named("old"), named("new"))).toEqual({ some: true, diffs: ["instances"] });
    expect(await diff({ ...us }, { ...us, endpoint: "https://another" })).toEqual({ some: true, diffs: ["endpoint"] });
    expect(await diff({}, { instances: unknown })).toEqual({ some: true, diffs: ["instances"] });
  });

  test("the same in other words is none: as text or nested, whatever the version", async () => {
    const nested = { instances: { a: { ...us, password: "old" } }, version: "0.2.0" };
    expect(await diff({ ...named("old"), version: "0.1.0" }, nested)).toEqual({ some: false, diffs: [] });
    expect(await diff({ timeoutSeconds: "5", ...us }, { timeoutSeconds: 5, ...us })).toEqual({
      some: false,
      diffs: [],
    });
  });
});

describe("Configure", () => {
  const { us: one } = { us: () => connectionsOf(world).us as { endpoint: string; username: string; password: string } };
  const route = { hostname: "eu-1" };

  test("an old engine's variables, as text", async () => {
    const request = new ConfigureRequest();
    for (const [key, value] of Object.entries(one()))
      request.getVariablesMap().set(`harper:config:${key}`, String(value));
    await call(client, "configure", request);
    expect((await resourceAt(client, "Route").create(route)).id).toBe("us-1/wss://eu-1:9933");
  });

  test("what is set nowhere else comes from the environment", async () => {
    vi.stubEnv("HARPER_ENDPOINT", one().endpoint);
    vi.stubEnv("HARPER_USERNAME", one().username);
    vi.stubEnv("HARPER_PASSWORD", "wrong");
    vi.stubEnv("HARPER_TIMEOUT_SECONDS", "7");
    await configure(client, { password: one().password });
    expect((await resourceAt(client, "Route").create(route)).id).toBe("us-1/wss://eu-1:9933");
  });

  test("instances come from the environment as JSON", async () => {
    vi.stubEnv("HARPER_INSTANCES", JSON.stringify(connectionsOf(world)));
    await configure(client, {});
    expect((await resourceAt(client, "Route").create({ ...route, target: "eu" })).id).toBe("eu-1/wss://eu-1:9933");
  });

  test("what is wrong fails, naming it, without the secret", async () => {
    const failed = configure(client, { instances: { a: { ...us, token: "hush-hush" } } });
    await expect(failed).rejects.toMatchObject({ code: status.UNKNOWN, details: expect.stringContaining("token") });
    await expect(failed).rejects.not.toMatchObject({ details: expect.stringContaining("hush") });
  });

  test("what the environment has is not mixed into credentials of another kind, nor into instances", async () => {
    vi.stubEnv("HARPER_TOKEN", "from-the-shell");
    vi.stubEnv("HARPER_ENDPOINT", "https://elsewhere");
    await configure(client, one());
    expect((await resourceAt(client, "Route").create(route)).id).toBe("us-1/wss://eu-1:9933");
    await configure(client, { instances: connectionsOf(world) });
    expect((await resourceAt(client, "Route").read("us/wss://eu-1:9933", {}))?.id).toBe("us-1/wss://eu-1:9933");
  });

  test("one process serves one provider: a second one that attaches is told so", async () => {
    const request = (name: string) =>
      new ConfigureRequest().setUrn(urn.replace("default", name)).setArgs(struct({ instances: connectionsOf(world) }));
    await call(client, "configure", request("one"));
    await call(client, "configure", request("one"));
    await expect(call(client, "configure", request("two"))).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: expect.stringMatching(/serves .*::one already/),
    });
    await call(client, "cancel", new Empty());
    await call(client, "configure", request("two"));
  });

  test("a dangerous connection is warned of in preview, once", async () => {
    const nobody = { endpoint: "https://127.0.0.1:9", username: "u", password: "hush", insecureSkipTlsVerify: true };
    await configure(client, { instances: { ...connectionsOf(world), nobody } });
    const warnings = () => engine.said.filter((text) => text.includes("insecureSkipTlsVerify"));
    expect(warnings()).toEqual([]);
    await resourceAt(client, "Route").check({ ...route, target: "nobody" });
    await resourceAt(client, "Route", "another").check({ hostname: "ap-1", target: "nobody" });
    expect(warnings()).toEqual([
      expect.stringMatching(/^warning: nobody is reached without looking at its certificate/),
    ]);
  });

  test("configured again, it uses the new credentials", async () => {
    await configure(client, { ...one(), password: "wrong" });
    await expect(resourceAt(client, "Route").create(route)).rejects.toThrow(/credentials were refused/);
    await configure(client, one());
    expect((await resourceAt(client, "Route").create(route)).id).toBe("us-1/wss://eu-1:9933");
  });
});
