import { takeOver, tellWhatIsThere } from "./adoption";
import { type CheckFailure, checkInputs, withoutUndefined } from "./check";
import { diffFields } from "./diff";
import { ensure } from "./ensure";
import type { FunctionDefinition } from "./functions";
import { isElsewhere, isRenamed, isUnverified, requireSame, whereMade } from "./identity";
import { find } from "./import";
import type { Instances, Target } from "./instances";
import { cannotTell, HarperError } from "./operations-api";
import { overdueFields, tellPending } from "./pending";
import type { CommonInputs, Context, Fail, Inputs, Resource, State, Tell } from "./resource";
import { plannedState } from "./states";
import { within } from "./time-limit";
import { hasUnknown } from "./unknown";

/** What a lifecycle needs from its front end. */
export interface Surroundings {
  instances: Instances;
  tell: Tell;
  unverified: "keep" | "fail";
}

/** What the user allows one operation: Pulumi's `customTimeouts`. */
export interface Limit {
  timeoutSeconds?: number;
}

/** Check, diff, create, read, update and delete of any resource. Knows neither Pulumi nor a process. */
export class Lifecycle {
  private readonly surroundings: Surroundings;
  private readonly tell: Tell;
  private readonly takenOver = new Set<string>();
  private readonly toReplace = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.tell = once(surroundings.tell);
  }

  /** Validates inputs, and asks the live instance where all of them are known. `olds` are empty for what is new. */
  async check(
    resource: Resource,
    olds: Record<string, unknown>,
    raw: Record<string, unknown>,
  ): Promise<{ inputs: Inputs; failures: CheckFailure[] }> {
    const { inputs, failures } = checkInputs(resource, raw);
    const target = inputs.target as CommonInputs["target"];
    const problem = hasUnknown(target) ? undefined : this.surroundings.instances.problemWith(target);
    if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
    if (hasUnknown(target))
      this.tell("info", `${resource.name}: its target is not known yet, so it is checked when it is written.`);
    if (failures.length === 0 && !hasUnknown(inputs) && resource.liveRules) {
      try {
        const fail: Fail = (property, reason) => failures.push({ property, reason });
        await resource.liveRules(inputs, { ...this.context(inputs), isNew: Object.keys(olds).length === 0 }, fail);
      } catch (error) {
        if (!cannotTell(error)) throw error;
        this.tell(
          "warning",
          `${resource.name}: not checked against ${error.instance}, it is checked when it is written. ${error.message}`,
        );
      }
    }
    return { inputs, failures };
  }

  /** What `up` would change. Says what is stored but does not flow. */
  async diff(resource: Resource, state: State, wanted: Inputs) {
    const fields = diffFields(resource.inputs, state, wanted);
    const isAnother = !hasUnknown(wanted.target) && (await isElsewhere(state, wanted, this.context(wanted)));
    if (isAnother || isRenamed(state, wanted)) fields.changed.push("target");
    if (isAnother) fields.replaces.push("target");
    if (fields.replaces.length > 0) this.toReplace.add(`${resource.name} ${resource.id(state)}`);
    const overdue =
      fields.changed.length === 0 && !hasUnknown(wanted)
        ? await overdueFields(resource, state, wanted, this.context(wanted))
        : [];
    fields.changed.push(...overdue);
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
  create(resource: Resource, wanted: Inputs, limit: Limit = {}): Promise<{ id: string; state: State }> {
    return this.together(`create ${resource.name}`, wanted, limit, async () => {
      const context = this.context(wanted);
      const before = await resource.observe(wanted, context);
      if (before && takeOver(resource, before, wanted, context) === "identical") {
        await tellPending(resource, before, context);
        return this.adopted(resource, before);
      }
      const state = await ensure(resource, wanted, before, context);
      await tellPending(resource, state, context);
      return before ? this.adopted(resource, state) : { id: resource.id(state), state };
    });
  }

  update(resource: Resource, state: State, wanted: Inputs, limit: Limit = {}): Promise<{ state: State }> {
    return this.together(`update ${resource.name} ${resource.id(state)}`, wanted, limit, async () => {
      const context = this.context(wanted);
      await requireSame(state, context);
      const before = await resource.observe({ ...state, ...wanted }, context);
      const now = await ensure(resource, wanted, before, context, state);
      await tellPending(resource, now, context);
      return { state: now };
    });
  }

  /** The live state; undefined where it is absent. Where that cannot be told, the state is kept or it fails, as is set. */
  async read(
    resource: Resource,
    id: string,
    state: State,
    { timeoutSeconds }: Limit = {},
  ): Promise<{ id: string; state: State } | undefined> {
    try {
      const context = this.context(state);
      return await within(timeoutSeconds, `read ${resource.name} ${id}`, context.at.name, async () => {
        await requireSame(state, context);
        const found = await resource.observe(state, context);
        return found && { id: resource.id(found), state: withoutUndefined(found) };
      });
    } catch (error) {
      if (!isUnverified(error) || this.surroundings.unverified === "fail") throw error;
      this.tell("warning", `${resource.name} ${id}: not verified, its state is kept. ${error.message}`);
      return { id, state };
    }
  }

  /** For import: what an id names, with all that is there as its inputs; undefined where it is absent. */
  async find(resource: Resource, id: string): Promise<{ id: string; state: State } | undefined> {
    const { instances } = this.surroundings;
    const state = await find(resource, id, instances, (at) => this.context({ target: at.name }));
    return state && this.adopted(resource, state);
  }

  /** What one of the functions answers. */
  async invoke(definition: FunctionDefinition, raw: Record<string, unknown>) {
    const { inputs, failures } = checkInputs(definition, raw);
    const problem = this.surroundings.instances.problemWith(inputs.target as Target);
    if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
    return { failures, answer: failures.length > 0 ? {} : await definition.answer(this.context(inputs)) };
  }

  /** Gives up what is under way: it ends with the code `cancelled`. */
  cancel(): void {
    this.surroundings.instances.cancel();
  }

  close(): Promise<void> {
    return this.surroundings.instances.close();
  }

  /** Takes it away. What is gone already is gone. */
  delete(resource: Resource, state: State, limit: Limit = {}): Promise<void> {
    const id = resource.id(state);
    return this.together(`delete ${resource.name} ${id}`, state, limit, async () => {
      if (this.takenOver.has(`${resource.name} ${id}`)) {
        const text = `${resource.name} ${id} stays: another resource of the program is the same object now. After renaming a resource, give it \`aliases\` next time.`;
        return this.tell("warning", text);
      }
      const context = await whereMade(state, this.context(state));
      if (!(await resource.remove(state, context))) return;
      if (await resource.observe(state, context))
        throw new HarperError("notApplied", {
          operation: `delete ${resource.name} ${id}`,
          instance: context.at.name,
          problem: "it is still there",
        });
      await tellPending(resource, state, context);
    });
  }

  /** Writes begin in waves, with what else the engine has in flight. */
  private together<T>(what: string, { target }: CommonInputs, limit: Limit, write: () => Promise<T>): Promise<T> {
    const { instances } = this.surroundings;
    return instances.wave.join(() => within(limit.timeoutSeconds, what, instances.at(target).name, write));
  }

  /** What this run took over may have been another resource's, which is not to take it away then. */
  private adopted(resource: Resource, there: State): { id: string; state: State } {
    const id = resource.id(there);
    this.takenOver.add(`${resource.name} ${id}`);
    return { id, state: withoutUndefined(there) };
  }

  private context(inputs: CommonInputs): Context {
    const { instances } = this.surroundings;
    return { instances, tell: this.tell, at: instances.at(inputs.target) };
  }
}

/** Says each thing once. */
function once(tell: Tell): Tell {
  const said = new Set<string>();
  return (severity, text) => {
    if (said.has(text)) return;
    said.add(text);
    tell(severity, text);
  };
}
