import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { PartialFailure } from "../../provider/ensure";
import { fromStruct, toStruct } from "../../provider/frontends/grpc/struct";
import { fromEngine, toEngine } from "../../provider/frontends/values";
import type { resources } from "../../provider/resources";
import { call } from "./engine";

type Properties = Record<string, unknown>;
type Struct = ReturnType<CreateRequest["getProperties"]>;

export const struct = (properties: Properties) => toStruct(toEngine(properties) as Properties);
export const plain = (given: Struct) => fromEngine(fromStruct(given)) as Properties & { instance: string };

export const configure = (client: ResourceProviderClient, args: Properties) =>
  call(client, "configure", new ConfigureRequest().setArgs(struct(args)).setAcceptsecrets(true));

/** The hooks of one resource through the protocol, as the engine calls them, with the values of the core. */
export function resourceAt(client: ResourceProviderClient, name: keyof typeof resources, called = "it") {
  const type = `harper:index:${name}`;
  const urn = `urn:pulumi:dev::test::${type}::${called}`;
  const about = <R extends { setUrn(urn: string): R; setType(type: string): R }>(request: R) =>
    request.setUrn(urn).setType(type);

  const check = async (inputs: Properties, olds: Properties = {}) => {
    const answer = await call(client, "check", about(new CheckRequest()).setOlds(struct(olds)).setNews(struct(inputs)));
    const failures = answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    return { inputs: plain(answer.getInputs()), failures };
  };
  const checked = async (inputs: Properties, olds?: Properties) => {
    const { inputs: wanted, failures } = await check(inputs, olds);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return wanted;
  };

  const diffed = async (state: Properties, wanted: Properties) => {
    const request = about(new DiffRequest()).setOlds(struct(state)).setNews(struct(wanted));
    const answer = await call(client, "diff", request);
    const detailed: [string, number][] = [];
    answer.getDetaileddiffMap().forEach((value, path) => {
      detailed.push([path, value.getKind()]);
    });
    return {
      changes: answer.getChanges() === DiffResponse.DiffChanges.DIFF_SOME,
      changed: answer.getDiffsList(),
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
      stables: answer.getStablesList(),
      detailed: Object.fromEntries(detailed),
    };
  };

  return {
    check,
    async create(inputs: Properties) {
      const request = about(new CreateRequest()).setProperties(struct(await checked(inputs)));
      const answer = await call(client, "create", request).catch(asPartialFailure);
      return { id: answer.getId(), state: plain(answer.getProperties()) };
    },
    diff: async (state: Properties, inputs: Properties) => diffed(state, await checked(inputs, state)),
    /** As the engine does after a refresh, of inputs that no program has given. */
    compare: (state: Properties, inputs: Properties) => diffed(state, inputs),
    async update(state: Properties, inputs: Properties) {
      const { inputs: wanted } = await check(inputs, state);
      const request = about(new UpdateRequest()).setId("it").setOlds(struct(state)).setNews(struct(wanted));
      return { state: plain((await call(client, "update", request).catch(asPartialFailure)).getProperties()) };
    },
    async read(id: string, state: Properties) {
      const answer = await call(client, "read", about(new ReadRequest()).setId(id).setProperties(struct(state)));
      return answer.getId() ? { id: answer.getId(), state: plain(answer.getProperties()) } : undefined;
    },
    async delete(state: Properties) {
      await call(client, "delete", about(new DeleteRequest()).setId("it").setProperties(struct(state)));
    },
  };
}

/** What is left of a half-made object, in a field of the error; undefined where nothing is. */
export function remainsIn(error: ServiceError): ErrorResourceInitFailed | undefined {
  const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(packed instanceof Buffer)) return undefined;
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  return ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
}

function asPartialFailure(error: ServiceError): never {
  const left = remainsIn(error);
  if (!left) throw error;
  const [reason = ""] = left.getReasonsList();
  throw new PartialFailure(left.getId(), plain(left.getProperties()), new Error(reason));
}
