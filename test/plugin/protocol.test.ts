import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  GetMappingsRequest,
  GetSchemaRequest,
  InvokeRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call, Engine } from "./engine";
import { configure, resourceAt, struct } from "./provider";

let engine: Engine;
let client: ResourceProviderClient;
beforeEach(async () => {
  engine = await Engine.start();
  client = await engine.host();
});
afterEach(() => engine.close());

const packaged = (name: string) => JSON.parse(readFileSync(resolve(__dirname, "../..", name), "utf8"));

test("the schema that is served is schema.json, and the version the package's", async () => {
  const schema = await call(client, "getSchema", new GetSchemaRequest());
  expect(JSON.parse(schema.getSchema())).toEqual(packaged("schema.json"));
  expect((await call(client, "getPluginInfo", new Empty())).getVersion()).toBe(packaged("package.json").version);
});

test("the handshake takes secrets and outputs", async () => {
  const answer = await call(client, "handshake", new ProviderHandshakeRequest().setEngineAddress(engine.address));
  expect(answer.toObject()).toMatchObject({ acceptSecrets: true, acceptOutputs: true, acceptResources: false });
});

test("what a provider of resources does not have is unimplemented, not a crash", async () => {
  const missing = call(client, "getMappings", new GetMappingsRequest());
  await expect(missing).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
    details: "harper does not implement getMappings",
  });
});

test("a resource or function that is not there is named, with those that are", async () => {
  await configure(client, {});
  const check = new CheckRequest().setUrn("urn:pulumi:dev::p::harper:index:Nodule::x").setNews(struct({}));
  await expect(call(client, "check", check)).rejects.toMatchObject({
    details:
      'harper has no "harper:index:Nodule"; it has harper:index:Node, harper:index:Subscription, harper:index:Route, harper:index:Routes, harper:index:ClusterConfiguration, harper:index:ClusterReady',
  });
  const inherited = new CheckRequest().setUrn("urn:pulumi:dev::p::harper:index:toString::x").setNews(struct({}));
  await expect(call(client, "check", inherited)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  const invoke = new InvokeRequest().setTok("harper:index:getSecrets").setArgs(struct({}));
  await expect(call(client, "invoke", invoke)).rejects.toMatchObject({ details: expect.stringContaining("getNodes") });
});

test("a child's URN without a type says what it is", async () => {
  await configure(client, {});
  const urn = "urn:pulumi:dev::p::my:module:Component$harper:index:Route::x";
  const answer = await call(
    client,
    "check",
    new CheckRequest().setUrn(urn).setNews(struct({ hostname: "h", port: 1 })),
  );
  expect(answer.getFailuresList().map((one) => one.getProperty())).toEqual(["target"]);
});

test("before Configure it says that it is missing", async () => {
  await expect(resourceAt(client, "Node").check({})).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
});

test("fields of a later protocol, and bytes that are none, harm nothing", async () => {
  const later = Buffer.concat([
    new ProviderHandshakeRequest().setEngineAddress(engine.address).serializeBinary(),
    // Field 999, text.
    Buffer.from([0xba, 0x3e, 0x03, 0x61, 0x62, 0x63]),
  ]);
  expect(await raw(client, "Handshake", later)).toBeInstanceOf(Buffer);
  const garbage = await raw(client, "Check", Buffer.from([0xff, 0xff, 0xff])).catch((error: ServiceError) => error);
  expect(garbage).toMatchObject({ code: expect.any(Number) });
  expect((await call(client, "getPluginInfo", new Empty())).getVersion()).not.toBe("");
});

/** A call with the bytes given. */
function raw(to: ResourceProviderClient, name: string, bytes: Buffer): Promise<Buffer> {
  const asIs = (value: Buffer) => value;
  return new Promise((done, fail) => {
    to.makeUnaryRequest(`/pulumirpc.ResourceProvider/${name}`, asIs, asIs, bytes, (error, answer) =>
      error ? fail(error) : done(answer as Buffer),
    );
  });
}
