import { takeOver, tellWhatIsThere } from "./adoption";
import { type CheckFailure, checkInputs, givenAs, withoutUndefined } from "./check";
import { type ClaimSettings, Claims } from "./claims";
import { Declared } from "./declared";
import { diffFields, driftIn } from "./diff";
import { ensure } from "./ensure";
import type { FunctionDefinition } from "./functions";
import { tellHazards } from "./hazards";
import { isElsewhere, isRenamed, isUnverified, Remembered, requireSame, whereMade } from "./identity";
import { mirrorIdOf } from "./ids";
import { find } from "./import";
import type { Instances, Target } from "./instances";
import { begin, cannotTell, connectionRisks, HarperError, withoutUserinfo } from "./operations-api";
import { lostFields, overdueFields, tellPending } from "./pending";
import type { CommonInputs, Context, Fail, Inputs, Resource, State, Tell } from "./resource";
import { withoutValues } from "./secrets";
import { plannedState } from "./states";
import { within } from "./time-limit";
import { hasUnknown } from "./unknown";

/** What a lifecycle needs from its front end. */
export interface Surroundings {
  instances: Instances;
  tell: Tell;
  unverified: "keep" | "fail";
  /** Nothing is kept on the instances where it is left out. */
  claims?: ClaimSettings;
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

/** Check, diff, create, read, update and delete of any resource. Knows neither Pulumi nor a process. */
export class Lifecycle {
  private readonly surroundings: Surroundings;
  private readonly tell: Tell;
  private readonly declared = new Declared();
  private readonly remembered = new Remembered();
  private readonly claims: Claims;
  private readonly toReplace = new Set<string>();
  private hasDeleted = false;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.tell = once(surroundings.tell);
    surroundings.instances.onConnect = ({ name, connection }) => {
      for (const risk of connectionRisks(name, connection)) this.tell("warning", risk, "instance");
    };
    this.claims = new Claims(surroundings.claims, this.tell);
    surroundings.instances.beforeWrite = (at) => this.claims.hold(at);
  }

  /** Validates inputs, and asks the live instance what it has to say to those that are known. `olds` are empty for what is new. */
  async check(
    resource: Resource,
    olds: Record<string, unknown>,
    raw: Record<string, unknown>,
    request: Request = {},
  ): Promise<{ inputs: Inputs; failures: CheckFailure[] }> {
    const { inputs, failures } = checkInputs(resource, raw);
    const target = inputs.target as CommonInputs["target"];
    const problem = hasUnknown(target) ? undefined : this.surroundings.instances.problemWith(target);
    if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
    if (hasUnknown(target))
      this.tell("info", `${resource.name}: its target is not known yet, so it is checked when it is written.`);
    if (failures.length === 0 && !hasUnknown(target)) {
      try {
        const fail: Fail = (property, reason) => failures.push({ property: givenAs(property, inputs, raw), reason });
        const context = this.context(inputs);
        await resource.liveRules?.(inputs, context, fail);
        if (failures.length === 0 && !hasUnknown(inputs))
          await this.claims.check(resource, inputs, request, context, fail);
      } catch (error) {
        if (!cannotTell(error) || error.code === "cancelled" || this.surroundings.unverified === "fail") throw error;
        const text = `What is declared for ${error.instance} is not checked against it, only when it is written. ${error.message}`;
        this.tell("warning", text, "instance");
      }
    }
    if (failures.length === 0) this.declared.checked(resource, inputs);
    if (failures.length === 0 && Object.keys(olds).length === 0 && !hasUnknown(target))
      await tellHazards(resource, inputs, undefined, { ...this.context(inputs), isReplaced: false });
    return { inputs, failures: withoutValues(failures, resource.inputs, raw) };
  }

  /** What `up` would change. Says what is stored but does not flow. */
  async diff(resource: Resource, state: State, wanted: Inputs, { urn }: Request = {}) {
    this.remembered.note(state);
    const fields = diffFields(resource.inputs, state, wanted);
    const isAnother = !hasUnknown(wanted.target) && (await isElsewhere(state, wanted, this.context(wanted)));
    if (isAnother || isRenamed(state, wanted)) fields.changed.push("target");
    if (isAnother) fields.replaces.push("target");
    const drift = driftIn(resource.outputs, state);
    fields.changed.push(...drift.changed);
    fields.replaces.push(...drift.replaces);
    const id = resource.id(state);
    if (fields.replaces.length > 0) {
      this.toReplace.add(`${resource.name} ${id}`);
      this.declared.replaced(resource, id, urn);
    } else this.declared.compared(resource, id, wanted, urn);
    const overdue =
      fields.changed.length === 0 && !hasUnknown(wanted)
        ? await overdueFields(resource, state, wanted, this.context(wanted))
        : [];
    fields.changed.push(...overdue);
    if (this.hasDeleted && fields.changed.length === 0 && !hasUnknown(wanted))
      fields.changed.push(...(await lostFields(resource, state, wanted, this.context(wanted))));
    if (fields.changed.length > 0 && !hasUnknown(wanted.target))
      await tellHazards(resource, wanted, state, { ...this.context(wanted), isReplaced: fields.replaces.length > 0 });
    // What this update is about to see to needs no warning.
    if (overdue.length === 0 && !hasUnknown(wanted.target)) await tellPending(resource, state, this.context(wanted));
    return { ...fields, changes: fields.changed.length > 0, deleteBeforeReplace: fields.replaces.length > 0 };
  }

  /** The state as it will be, for a preview; says what of it is there already. */
  async plan(resource: Resource, wanted: Inputs, before?: State): Promise<Record<string, unknown>> {
    const same = before && !this.toReplace.has(`${resource.name} ${resource.id(before)}`) ? before : undefined;
    const isLeaving = (there: State) => this.toReplace.has(`${resource.name} ${resource.id(there)}`);
    if (!same && !hasUnknown(wanted)) await tellWhatIsThere(resource, wanted, this.context(wanted), isLeaving);
    return plannedState(resource, wanted, same);
  }

  /** Makes it, or adopts what is there and identical. Throws PartialFailure where a part of it is there. */
  async create(resource: Resource, wanted: Inputs, request: Request = {}): Promise<{ id: string; state: State }> {
    const context = this.context(wanted);
    const make = async () => {
      const before = await resource.observe(wanted, context);
      const isWhole = before && driftIn(resource.outputs, before).changed.length === 0;
      if (before && takeOver(resource, before, wanted, context) === "identical" && isWhole) {
        await tellPending(resource, before, context);
        this.declared.adopted(resource, resource.id(before), request.urn);
        return { id: resource.id(before), state: withoutUndefined(before) };
      }
      const state = await ensure(resource, wanted, before, context);
      await tellPending(resource, state, context);
      const id = resource.id(state);
      if (before) this.declared.adopted(resource, id, request.urn);
      else this.declared.written(resource, id, request.urn);
      return { id, state };
    };
    return this.together(`create ${resource.name}`, context, request, async () => {
      await this.remembered.requireSame(wanted, context);
      await this.claims.hold(context.at, request);
      return this.claims.making(resource, wanted, request, context, make);
    });
  }

  async update(resource: Resource, state: State, wanted: Inputs, request: Request = {}): Promise<{ state: State }> {
    const context = this.context(wanted);
    return this.together(`update ${resource.name} ${resource.id(state)}`, context, request, async () => {
      await requireSame(state, context);
      await this.claims.hold(context.at, request);
      await this.claims.take({ resource, id: resource.id(state), inputs: wanted }, request, context);
      const before = await resource.observe({ ...state, ...wanted }, context);
      const now = await ensure(resource, wanted, before, context, state);
      this.declared.written(resource, resource.id(now), request.urn);
      await tellPending(resource, now, context);
      return { state: now };
    });
  }

  /** The live state; undefined where it is absent. Where that cannot be told, the state is kept or it fails, as is set. */
  async read(
    resource: Resource,
    id: string,
    state: State,
    { timeoutSeconds }: Request = {},
  ): Promise<{ id: string; state: State } | undefined> {
    this.remembered.note(state);
    try {
      const context = await this.contextOf(state);
      return await within(timeoutSeconds, `read ${resource.name} ${id}`, context.at.name, async () => {
        await requireSame(state, context);
        const found = await resource.observe(state, context);
        return found && { id: resource.id(found), state: withoutUndefined(found) };
      });
    } catch (error) {
      if (!isUnverified(error) || error.code === "cancelled" || this.surroundings.unverified === "fail") throw error;
      const whose = error.operation === "target" ? `${resource.name} ${id}` : `What is on ${error.instance}`;
      this.tell("warning", `${whose} is not verified, its state is kept. ${error.message}`, "instance");
      return { id, state };
    }
  }

  /** For import: what an id names, with all that is there as its inputs; undefined where it is absent. */
  async find(resource: Resource, id: string): Promise<{ id: string; state: State } | undefined> {
    const { instances } = this.surroundings;
    const state = await find(resource, id, instances, (at) => this.context({ target: at.name }));
    return state && { id: resource.id(state), state };
  }

  /** What one of the functions answers. */
  async invoke(definition: FunctionDefinition, raw: Record<string, unknown>) {
    const { inputs, failures } = checkInputs(definition, raw);
    const problem = this.surroundings.instances.problemWith(inputs.target as Target);
    if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
    // Of a function, the engine puts the property behind the reason.
    const named = failures.map(({ property, reason }) => ({
      property: "",
      reason: withoutUserinfo(`${property} ${reason}`),
    }));
    return { failures: named, answer: failures.length > 0 ? {} : await definition.answer(this.context(inputs)) };
  }

  /** Gives up what is under way: it ends with the code `cancelled`. */
  cancel(): void {
    this.surroundings.instances.cancel();
  }

  /** Gives up the leases that are held; the connections stay. */
  release(): Promise<void> {
    return this.claims.release();
  }

  async close(): Promise<void> {
    await this.release();
    await this.surroundings.instances.close();
  }

  /** Takes it away. What is gone already is gone. */
  async delete(resource: Resource, state: State, request: Request = {}): Promise<void> {
    const id = resource.id(state);
    const named = await this.contextOf(state);
    return this.together(`delete ${resource.name} ${id}`, named, request, async () => {
      const ids = [id, mirrorIdOf(resource, id)].filter((one) => one !== undefined);
      if (ids.some((one) => this.declared.keeps(resource, one, request.urn))) {
        const text = `${resource.name} ${id} stays as it is, as the program still declares it. Renaming a resource needs \`aliases\`; to make an object anew, \`pulumi destroy --target\` its resource first.`;
        return this.tell("warning", text);
      }
      if (named.at.connection.gone) {
        const done = (await resource.abandon?.(state, named)) ?? "Nothing was asked of it.";
        const text = `${resource.name} ${id} is taken out of the state, as ${named.at.name} is gone for good. ${done}`;
        return this.tell("warning", text);
      }
      const context = await whereMade(state, named);
      await this.claims.hold(context.at, request);
      const why = await this.claims.keeps({ resource, id }, request, context);
      if (why) {
        this.tell("warning", why);
        return this.claims.drop({ resource, id }, request, context);
      }
      begin();
      this.hasDeleted = true;
      if (!(await resource.remove(state, context))) return this.claims.drop({ resource, id }, request, context);
      if (await resource.observe(state, context))
        throw new HarperError("notApplied", {
          operation: `delete ${resource.name} ${id}`,
          instance: context.at.name,
          problem: "it is still there",
        });
      await this.claims.drop({ resource, id }, request, context);
      await tellPending(resource, state, context);
    });
  }

  /** Writes begin in waves, with what else the engine has in flight. */
  private together<T>(what: string, { instances, at }: Context, request: Request, write: () => Promise<T>): Promise<T> {
    return instances.wave.join(() => within(request.timeoutSeconds, what, at.name, write));
  }

  private context(inputs: CommonInputs): Context {
    const { instances } = this.surroundings;
    return { instances, tell: this.tell, at: instances.at(inputs.target) };
  }

  /** The same of a state; harper:instances may call its instance otherwise by now. */
  private async contextOf(state: State): Promise<Context> {
    const { instances } = this.surroundings;
    const isUnknown = typeof state.target !== "object" && instances.problemWith(state.target) !== undefined;
    const made = isUnknown ? await instances.reporting(state.instance) : undefined;
    return made ? { instances, tell: this.tell, at: made } : this.context(state);
  }
}

/** Says each thing once. */
function once(tell: Tell): Tell {
  const said = new Set<string>();
  return (severity, text, about) => {
    if (said.has(text)) return;
    said.add(text);
    tell(severity, text, about);
  };
}
