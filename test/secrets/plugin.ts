import type { sendUnaryData } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { configSchema } from "../../provider/config";
import { PluginServer } from "../../provider/frontends/grpc/server";
import { resourceProvider } from "../../provider/frontends/grpc/service";
import { fromStruct, toStruct } from "../../provider/frontends/grpc/struct";
import { secretsIn, withSecrets } from "../../provider/frontends/values";
import { functions } from "../../provider/functions";
import { Instances } from "../../provider/instances";
import { resources } from "../../provider/resources";
import { secretKeys } from "../../provider/secrets";
import { call, Engine } from "../plugin/engine";
import { plain, remainsIn } from "../plugin/provider";
import { atOnce } from "./core";
import { everythingOf, type Start } from "./scene";

type Fields = Record<string, unknown>;
type Struct = ReturnType<CheckResponse["getInputs"]>;

/** The plugin in this process, with every answer and failure that it gives to the engine. */
export const runPlugin: Start = async (settings) => {
  const engine = await Engine.start();
  const handlers = resourceProvider({
    engineAddress: engine.address,
    reach: (given) => new Instances(given, atOnce),
  });
  const said: string[] = [];
  const heard = Object.entries(handlers).map(([name, handler]) => [
    name,
    (request: never, done: sendUnaryData<unknown>) =>
      handler(request, (failure, answer) => {
        said.push(`${name}:`, ...(failure ? [everythingOf(failure), remainsOf(failure)] : [answerOf(answer)]));
        done(failure, answer);
      }),
  ]);
  const server = new PluginServer();
  const port = await server.listen(async () => Object.fromEntries(heard));
  const client = engine.connect(port);
  await call(
    client,
    "configure",
    new ConfigureRequest().setArgs(marked(settings, configSchema)).setAcceptsecrets(true),
  );
  return {
    get said() {
      return [...said, ...engine.said];
    },
    of: (name) => hooks(client, name, said),
    others: (peer = "eu-1") => [
      ...Object.entries({
        Node: `us/${peer}`,
        Subscription: `us/${peer}/shop/dog`,
        Route: `us/wss://${peer}:9933`,
      }).map(([name, id]) => call(client, "read", about(new ReadRequest(), name).setId(id))),
      ...Object.keys(functions).map((name) =>
        call(client, "invoke", new InvokeRequest().setTok(`harper:index:${name}`).setArgs(toStruct({ target: "us" }))),
      ),
      call(
        client,
        "checkConfig",
        new CheckRequest().setUrn(urn("pulumi:providers:harper")).setNews(toStruct(settings)),
      ),
      call(client, "getSchema", new Empty() as never),
    ],
    cancel: () => void call(client, "cancel", new Empty()),
    async close() {
      await engine.close();
      await server.close(1000);
    },
  };
};

const urn = (type: string) => `urn:pulumi:dev::test::${type}::it`;
const about = <R extends { setUrn(urn: string): R }>(request: R, name: string) =>
  request.setUrn(urn(`harper:index:${name}`));

/** As the engine sends them: with the secrets that the SDK marks. */
const marked = (values: Fields, schema: Parameters<typeof secretKeys>[0]): Struct =>
  toStruct(withSecrets(values, secretKeys(schema, values)));

function hooks(client: ResourceProviderClient, name: keyof typeof resources, said: string[]): ReturnType<Run["of"]> {
  const given = (values: Fields) => marked(values, resources[name].inputs);
  const check = async (inputs: Fields, olds: Fields = {}) => {
    const request = about(new CheckRequest(), name).setOlds(given(olds)).setNews(given(inputs));
    const answer = await call(client, "check", request);
    // The engine prints the value of what a failure names.
    for (const failure of answer.getFailuresList()) said.push(JSON.stringify(inputs[failure.getProperty()] ?? ""));
    return answer.getInputs() ?? toStruct({});
  };
  return {
    check,
    async create(inputs) {
      const wanted = await check(inputs);
      const request = () => about(new CreateRequest(), name).setProperties(wanted);
      await call(client, "create", request().setPreview(true));
      const answer = await call(client, "create", request());
      return { id: answer.getId(), state: plain(answer.getProperties()) };
    },
    diff: async (id, state, inputs) =>
      call(
        client,
        "diff",
        about(new DiffRequest(), name)
          .setId(id)
          .setOlds(given(state))
          .setNews(await check(inputs, state)),
      ),
    read: (id, state) => call(client, "read", about(new ReadRequest(), name).setId(id).setProperties(given(state))),
    update: async (id, state, inputs) =>
      call(
        client,
        "update",
        about(new UpdateRequest(), name)
          .setId(id)
          .setOlds(given(state))
          .setNews(await check(inputs, state)),
      ),
    delete: (id, state) =>
      call(client, "delete", about(new DeleteRequest(), name).setId(id).setProperties(given(state))),
  };
}
type Run = Awaited<ReturnType<Start>>;

/** What of an answer is not marked as secret. */
function answerOf(answer: unknown): string {
  const { properties, inputs, pb_return, ...others } = (answer as { toObject(): Fields }).toObject();
  // Of inputs that are refused the engine prints what a failure names, and goes no further.
  if ("failuresList" in others && (others.failuresList as []).length > 0) return JSON.stringify(others);
  const from = answer as Partial<Record<"getProperties" | "getInputs" | "getReturn", () => Struct>>;
  const structs = [from.getProperties?.(), from.getInputs?.(), from.getReturn?.()];
  return JSON.stringify([others, ...structs.map((struct) => struct && unmarkedIn(struct))]);
}

/** What is left of an object that was made in part, but for what is marked as secret. */
function remainsOf(failure: unknown): string {
  const left = remainsIn(failure as never);
  return left ? JSON.stringify([left.getId(), left.getReasonsList(), unmarkedIn(left.getProperties())]) : "";
}

function unmarkedIn(struct: Struct): Fields {
  const values = fromStruct(struct);
  const secret = new Set(secretsIn(values));
  return Object.fromEntries(Object.entries(values).filter(([key]) => !secret.has(key)));
}
