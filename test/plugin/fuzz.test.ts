import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, DiffRequest, InvokeRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { checkInputs } from "../../provider/check";
import { settingNames } from "../../provider/config";
import { functions } from "../../provider/functions";
import { Instances } from "../../provider/instances";
import type { Resource } from "../../provider/resource";
import { resources } from "../../provider/resources";
import { outputsIn } from "../../provider/states";
import { fakeWorld } from "../lifecycle/fake-world";
import { connectionsOf } from "../lifecycle/world";
import { almost, canary, junk, propertiesOf, right } from "../model/junk";
import { holds } from "../model/runs";
import { call, Engine } from "./engine";
import { configure, struct } from "./provider";

let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let engine: Engine;
let client: ResourceProviderClient;
beforeAll(async () => {
  const faked = await fakeWorld();
  fake = faked.fake;
  engine = await Engine.start();
  client = await engine.host({ reach: (given) => new Instances(given, { quietMs: 5, now: () => 0 }) });
  await configure(client, { instances: connectionsOf(faked.world) });
});
afterAll(async () => {
  await engine.close();
  await fake.close();
});

const acceptedIn = ({ inputs, failures }: ReturnType<typeof checkInputs>) => (failures.length > 0 ? {} : inputs);
const anything = fc.dictionary(fc.string(), junk, { noNullPrototype: true });
const requests = fc.oneof(
  ...Object.entries(resources as Record<string, Resource>).flatMap(([name, resource]) => {
    const { inputs, outputs } = resource;
    const type = `harper:index:${name}`;
    const urn = `urn:pulumi:dev::test::${type}::it`;
    const names = Object.keys(inputs.shape);
    const given = fc.oneof(
      almost(right[name] as fc.Arbitrary<object>, names),
      propertiesOf(names),
      anything,
    ) as fc.Arbitrary<Record<string, unknown>>;
    const kept = fc.oneof(propertiesOf([...Object.keys(inputs.shape), ...Object.keys(outputs.shape)]), anything);
    return [
      fc.tuple(given, kept).map(([news, olds]) => {
        const request = new CheckRequest().setUrn(urn).setType(type).setNews(struct(news)).setOlds(struct(olds));
        return { what: `check ${name}`, news, olds, send: () => call(client, "check", request) };
      }),
      // The engine compares what Check gave it: with what it gave before, and whatever else is in the state.
      fc.tuple(given, given, kept).map(([now, before, rest]) => {
        const [news, olds] = [now, before].map((raw) => checkInputs(resource, raw)).map(acceptedIn);
        const request = new DiffRequest()
          .setUrn(urn)
          .setType(type)
          .setNews(struct({ ...news }));
        request.setOlds(struct({ ...outputsIn(resource, rest), ...olds }));
        return { what: `diff ${name}`, news, olds, rest, send: () => call(client, "diff", request) };
      }),
      fc.tuple(fc.string(), kept).map(([id, olds]) => {
        const request = new ReadRequest().setUrn(urn).setType(type).setId(id).setProperties(struct(olds));
        return { what: `read ${name}`, id, olds, send: () => call(client, "read", request) };
      }),
    ];
  }),
  fc.oneof(propertiesOf(settingNames), anything).map((news) => {
    const request = new CheckRequest()
      .setUrn("urn:pulumi:dev::test::pulumi:providers:harper::it")
      .setNews(struct(news));
    return { what: "checkConfig", news, send: () => call(client, "checkConfig", request) };
  }),
  fc
    .tuple(fc.oneof(anything, propertiesOf(["target"])), fc.constantFrom(...Object.keys(functions), "none"))
    .map(([news, name]) => {
      const request = new InvokeRequest().setTok(`harper:index:${name}`).setArgs(struct(news));
      return { what: `invoke ${name}`, news, send: () => call(client, "invoke", request) };
    }),
);

test("whatever a request holds, it is answered, or fails with what is wrong with it", { timeout: 120_000 }, () =>
  holds(
    "fuzz of the protocol",
    { runs: 1500, seconds: 30 },
    fc.asyncProperty(requests, async ({ send }) => {
      const failed = await send().then(
        () => undefined,
        (error: ServiceError) => error,
      );
      if (!failed) return;
      if (failed.details.trim() === "" || /a defect of pulumi-harper/.test(failed.details)) throw failed;
      if (failed.details.includes(canary)) throw new Error(`a secret in ${failed.details}`);
    }),
  ),
);
