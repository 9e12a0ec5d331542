import {
  type CheckRequest,
  CheckResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { detailedDiff } from "../../detailed-diff";
import { PartialFailure } from "../../ensure";
import type { Resource } from "../../resource";
import { keysToMark } from "../../secrets";
import { inputsIn, stableOutputs, writeOnlyIn } from "../../states";
import { stackOf } from "../../urn";
import { fromEngine, secretsIn, withSecrets } from "../values";
import { partialFailure } from "./failure";
import { diffResponse, failuresOf } from "./messages";
import type { Session } from "./session";
import { fromStruct, toStruct } from "./struct";

type Properties = Record<string, unknown>;
type Struct = ReturnType<CreateRequest["getProperties"]>;
type State = Properties & { instance: string };

/** One resource's calls: they translate, and nothing else. What was secret on the way in is secret on the way out. */
export class ResourceCalls {
  private readonly resource: Resource;
  private readonly session: Session;

  constructor(resource: Resource, session: Session) {
    this.resource = resource;
    this.session = session;
  }

  async check(request: CheckRequest): Promise<CheckResponse> {
    const given = fromStruct(request.getNews());
    const [olds, news] = [plain(request.getOlds()), fromEngine(given) as Properties];
    const { inputs, failures } = await this.session.lifecycle.check(this.resource, olds, news, aboutOf(request));
    const marked = this.marked(inputs, given);
    return new CheckResponse().setInputs(toStruct(marked)).setFailuresList(failuresOf(failures));
  }

  async diff(request: DiffRequest): Promise<DiffResponse> {
    const [state, wanted] = [plain(request.getOlds()) as State, plain(request.getNews())];
    const fields = await this.session.lifecycle.diff(this.resource, state, wanted, aboutOf(request));
    const detailed = detailedDiff(this.resource.inputs, state, wanted, fields);
    return diffResponse(fields, detailed, stableOutputs(this.resource));
  }

  async create(request: CreateRequest): Promise<CreateResponse> {
    const given = fromStruct(request.getProperties());
    const wanted = fromEngine(given) as Properties;
    const response = new CreateResponse().setRefreshBeforeUpdate(this.session.refreshBeforeUpdate);
    if (request.getPreview()) {
      const planned = await this.session.lifecycle.plan(this.resource, wanted);
      return response.setProperties(toStruct(this.marked(planned, given)));
    }
    const created = this.session.lifecycle.create(this.resource, wanted, aboutOf(request));
    const { id, state } = await this.keeping(given, created);
    return response.setId(id).setProperties(toStruct(this.marked(state, given)));
  }

  async read(request: ReadRequest): Promise<ReadResponse> {
    const { lifecycle, refreshBeforeUpdate } = this.session;
    const given = [fromStruct(request.getProperties()), fromStruct(request.getInputs())] as const;
    const [state, inputs] = given.map((one) => fromEngine(one) as Properties) as [Properties, Properties];
    const id = request.getId();
    const found =
      state.instance === undefined
        ? await lifecycle.find(this.resource, id)
        : await lifecycle.read(this.resource, id, state as State, aboutOf(request));
    if (!found) return new ReadResponse();
    const kept = writeOnlyIn(this.resource, inputs);
    return new ReadResponse()
      .setId(found.id)
      .setProperties(toStruct(this.marked(found.state, ...given)))
      .setInputs(toStruct(this.marked({ ...inputsIn(this.resource, found.state), ...kept }, ...given)))
      .setRefreshBeforeUpdate(refreshBeforeUpdate);
  }

  async update(request: UpdateRequest): Promise<UpdateResponse> {
    const given = fromStruct(request.getNews());
    const [before, wanted] = [plain(request.getOlds()) as State, fromEngine(given) as Properties];
    const response = new UpdateResponse().setRefreshBeforeUpdate(this.session.refreshBeforeUpdate);
    if (request.getPreview()) {
      const planned = await this.session.lifecycle.plan(this.resource, wanted, before);
      return response.setProperties(toStruct(this.marked(planned, given)));
    }
    const updated = this.session.lifecycle.update(this.resource, before, wanted, aboutOf(request));
    const { state } = await this.keeping(given, updated);
    return response.setProperties(toStruct(this.marked(state, given)));
  }

  delete(request: DeleteRequest): Promise<void> {
    const state = plain(request.getProperties()) as State;
    return this.session.lifecycle.delete(this.resource, state, aboutOf(request));
  }

  /** Keeps what a partial failure leaves in the state. */
  private async keeping<T>(given: Properties, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw partialFailure({
        id: error.id,
        properties: this.marked(error.state, given),
        reason: error.message,
      });
    }
  }

  private marked(properties: Properties, ...given: Properties[]): Properties {
    const secrets = given.flatMap(secretsIn);
    return withSecrets(properties, new Set([...secrets, ...keysToMark(this.resource.inputs, properties)]));
  }
}

const plain = (struct: Struct): Properties => fromEngine(fromStruct(struct)) as Properties;

const aboutOf = (request: { getUrn(): string; getTimeout?(): number }) => {
  const urn = request.getUrn();
  return { ...(urn && { urn }), ...stackOf(urn), timeoutSeconds: request.getTimeout?.() ?? 0 };
};
