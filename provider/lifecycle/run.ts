import { hash } from "node:crypto";
import { Audit, type AuditLog, type Done } from "../audit";
import { type ClaimSettings, Claims, whoami } from "../claims";
import type { Instances } from "../instances";
import { connectionRisks } from "../operations-api";
import type { CommonInputs, Context, Inputs, Resource, State, Tell } from "../resource";
import { withoutSecrets } from "../secrets";
import { inputsIn } from "../states";
import { Declared } from "./declared";
import { Expected } from "./expected";
import { Remembered } from "./identity";
import { within } from "./time-limit";

/** What a lifecycle needs from its front end. */
export interface Surroundings {
  instances: Instances;
  tell: Tell;
  unverified: "keep" | "fail";
  /** Nothing is kept on the instances where it is left out. */
  claims?: ClaimSettings;
  /** What the live topology has to be for anything to be written. */
  expectedTopology?: string | undefined;
  /** Where what is called is written down; nowhere where it is left out. */
  auditLog?: AuditLog | undefined;
}

/** What a front end may know of the engine's request. */
export interface Request {
  /** Of the resource. */
  urn?: string;
  /** `project/stack`. */
  stack?: string;
  /** What the user allows the operation: Pulumi's `customTimeouts`. */
  timeoutSeconds?: number;
}

/** What the engine has the provider do with a resource. */
export interface Step {
  kind: "create" | "update" | "delete";
  /** Of what is there already. */
  id?: string;
  /** What is declared; of a delete, the state. */
  inputs: Inputs;
}

/** What the hooks of one run of the provider share. */
export class Run {
  readonly surroundings: Surroundings;
  /** Says each thing once. */
  readonly tell: Tell;
  readonly declared = new Declared();
  readonly remembered = new Remembered();
  readonly claims: Claims;
  private readonly audit: Audit;
  /** `TYPE ID` of what makes way for another object. */
  readonly toReplace = new Set<string>();
  hasDeleted = false;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.tell = once(surroundings.tell);
    surroundings.instances.onConnect = ({ name, connection }) => {
      for (const risk of connectionRisks(name, connection)) this.tell("warning", risk, "instance");
    };
    this.claims = new Claims(surroundings.claims, this.tell);
    this.audit = new Audit(surroundings.auditLog, whoami(), this.tell);
    surroundings.instances.onWrite = (at, operation, request) => this.audit.call(at.name, operation, request);
    const expected = new Expected(surroundings.instances, this.claims, surroundings.expectedTopology);
    surroundings.instances.beforeWrite = async (at) => {
      await this.claims.hold(at);
      await expected.require(at);
    };
  }

  /** Writes begin in waves, with what else the engine has in flight. */
  together<T extends Done>(
    resource: Resource,
    step: Step,
    context: Context,
    request: Request,
    write: () => Promise<T>,
  ): Promise<T> {
    const what = [step.kind, resource.name, ...(step.id === undefined ? [] : [step.id])].join(" ");
    const bounded = () => within(request.timeoutSeconds, what, context.at.name, write);
    if (resource.barrier) return bounded();
    return this.surroundings.instances.wave.join(() => this.audited(resource, step, context, request, bounded));
  }

  private audited<T extends Done>(
    resource: Resource,
    { inputs, ...step }: Step,
    context: Context,
    { urn, stack }: Request,
    work: () => Promise<T>,
  ): Promise<T> {
    const asked = () => ({
      ...step,
      ...(urn !== undefined && { urn }),
      ...(stack !== undefined && { stack }),
      resource: resource.name,
      target: context.at.name,
      inputs: withoutSecrets(resource.inputs, inputsIn(resource, inputs)),
    });
    return this.audit.step(asked, work, (state) => resource.lastRead?.((state ?? inputs) as State, context) ?? []);
  }

  context(inputs: CommonInputs): Context {
    const { instances } = this.surroundings;
    return { instances, tell: this.tell, at: instances.at(inputs.target) };
  }

  /** The same of a state; harper:instances may call its instance otherwise by now. */
  async contextOf(state: State): Promise<Context> {
    const { instances } = this.surroundings;
    const isUnknown = typeof state.target !== "object" && instances.problemWith(state.target) !== undefined;
    const made = isUnknown ? await instances.reporting(state.instance) : undefined;
    return made ? { instances, tell: this.tell, at: made } : this.context(state);
  }
}

function once(tell: Tell): Tell {
  // Digests, as what is pending is said anew with each wave, and thousands of such texts are megabytes.
  const said = new Set<string>();
  return (severity, text, about) => {
    const digest = hash("sha1", text, "base64");
    if (said.has(digest)) return;
    said.add(digest);
    tell(severity, text, about);
  };
}
