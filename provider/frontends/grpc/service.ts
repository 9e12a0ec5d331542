import { credentials, status } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../../../package.json";
import type { Settings } from "../../config";
import { type FunctionDefinition, functions } from "../../functions";
import { Instances } from "../../instances";
import type { Resource } from "../../resource";
import { resources } from "../../resources";
import { packageSchema } from "../../schema";
import { typeOf } from "../../urn";
import { EngineLog } from "../engine-log";
import { whenGone } from "../engine-watch";
import { fromEngine, toEngine } from "../values";
import { argumentsOf, checkConfig, configured, diffConfig } from "./configuration";
import { Failure } from "./failure";
import { handlersOf } from "./handlers";
import { failuresOf } from "./messages";
import { ResourceCalls } from "./resources";
import { openSession, type Session } from "./session";
import { fromStruct, toStruct } from "./struct";

export interface Options {
  /** The engine's Log service; an engine that attaches says it later. */
  engineAddress?: string | undefined;
  /** Called when the engine has cancelled: nothing more will be asked. */
  onCancel?: () => void;
  /** Called when the engine of `engineAddress` can be reached no more. */
  onGone?: () => void;
  /** Told how to give up what is held on instances; to be done when nothing is under way any more. */
  atEnd?: (release: () => Promise<void>) => void;
  /** How the instances of a configuration are reached; tests give their own. */
  reach?: (settings: Settings) => Instances;
}

/** Pulumi's ResourceProvider protocol, as grpc-js takes it. What is not here answers "unimplemented". */
export function resourceProvider({
  engineAddress,
  onCancel,
  onGone,
  atEnd,
  reach = (settings) => new Instances(settings),
}: Options = {}) {
  const log = new EngineLog();
  const underWay = new Set<Promise<void>>();
  let session: Session | undefined;
  /** Where an engine attaches the process outlives it: when nothing is under way any more, leases and connections go. */
  const endRun = async () => {
    const ended = session;
    ended?.lifecycle.cancel();
    while (underWay.size > 0) await Promise.all(underWay);
    await ended?.lifecycle.close();
  };
  let address = "";
  let leave = () => {};
  const connect = (given: string) => {
    if (given === address) return;
    leave();
    address = given;
    const engine = new EngineClient(given, credentials.createInsecure());
    log.connect(engine);
    const unwatch = whenGone(engine, () => {
      if (engineAddress) return onGone?.();
      // Another one may have it later.
      address = "";
      void endRun();
    });
    // Of a channel that is not closed grpc-js keeps all it knows.
    leave = () => {
      unwatch();
      engine.close();
    };
  };
  if (engineAddress) connect(engineAddress);
  atEnd?.(async () => {
    await session?.lifecycle.release();
    leave();
  });
  /** The provider that Configure was for, until it is cancelled. */
  let owner = "";
  const current = (): Session => {
    if (!session) throw new Failure(status.FAILED_PRECONDITION, "harper is not configured yet: Configure comes first");
    return session;
  };
  const calls = (request: { getUrn(): string; getType(): string }) =>
    new ResourceCalls(named<Resource>(resources, request.getType() || typeOf(request.getUrn())), current());

  const methods = {
    handshake(request: ProviderHandshakeRequest) {
      if (!engineAddress && request.getEngineAddress()) connect(request.getEngineAddress());
      return new ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(true).setAcceptResources(false);
    },
    attach(request: PluginAttach) {
      connect(request.getAddress());
      return new Empty();
    },
    getPluginInfo: () => new PluginInfo().setVersion(version),
    getSchema: () => new GetSchemaResponse().setSchema(JSON.stringify(packageSchema(version))),

    checkConfig: (request: CheckRequest) => checkConfig(request, log.tell),
    diffConfig: (request: DiffRequest) => diffConfig(request),
    async configure(request: ConfigureRequest) {
      if (session && owner && request.getUrn() && owner !== request.getUrn())
        throw new Failure(
          status.FAILED_PRECONDITION,
          `this process of pulumi-resource-harper serves ${owner} already, so ${request.getUrn()} needs one of its own: attach only one provider at a time`,
        );
      owner = request.getUrn() ?? "";
      const former = session;
      // What has begun with the one before is not broken off: its leases and connections go with its last call.
      const others = [...underWay];
      if (others.length === 0) await former?.lifecycle.close();
      else void Promise.all(others).then(() => former?.lifecycle.close());
      session = openSession(argumentsOf(request), reach, log.tell, address);
      return configured();
    },

    check: (request: CheckRequest) => calls(request).check(request),
    diff: (request: DiffRequest) => calls(request).diff(request),
    create: (request: CreateRequest) => calls(request).create(request),
    read: (request: ReadRequest) => calls(request).read(request),
    update: (request: UpdateRequest) => calls(request).update(request),
    async delete(request: DeleteRequest) {
      await calls(request).delete(request);
      return new Empty();
    },

    async invoke(request: InvokeRequest) {
      const definition = named<FunctionDefinition>(functions, request.getTok());
      const args = fromEngine(fromStruct(request.getArgs())) as Record<string, unknown>;
      const { failures, answer } = await current().lifecycle.invoke(definition, args);
      const found = toStruct(toEngine(answer) as Record<string, unknown>);
      return new InvokeResponse().setReturn(found).setFailuresList(failuresOf(failures));
    },

    cancel() {
      session?.lifecycle.cancel();
      owner = "";
      if (engineAddress) onCancel?.();
      else void endRun();
      return new Empty();
    },
  };
  return handlersOf(methods, log, underWay);
}

const tokenPrefix = "harper:index:";

/** What a token names. */
function named<T>(known: object, token: string): T {
  const name = token.startsWith(tokenPrefix) ? token.slice(tokenPrefix.length) : "";
  if (Object.hasOwn(known, name)) return (known as Record<string, T>)[name] as T;
  const tokens = Object.keys(known).map((one) => tokenPrefix + one);
  throw new Failure(status.INVALID_ARGUMENT, `harper has no "${token}"; it has ${tokens.join(", ")}`);
}
