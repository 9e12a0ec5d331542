import { takeOver } from "./adoption";
import { type CheckFailure, checkInputs, withoutUndefined } from "./check";
import { diffFields } from "./diff";
import { ensure } from "./ensure";
import { isElsewhere, isRenamed, isUnverified, requireSame, whereMade } from "./identity";
import type { Instances } from "./instances";
import { cannotTell, HarperError } from "./operations-api";
import type { CommonInputs, Context, Fail, Inputs, Resource, State, Tell } from "./resource";
import { hasUnknown } from "./unknown";

/** What a lifecycle needs from its front end. */
export interface Surroundings {
  instances: Instances;
  tell: Tell;
  unverified: "keep" | "fail";
}

/** Check, diff, create, read, update and delete of any resource. Knows neither Pulumi nor a process. */
export class Lifecycle {
  private readonly surroundings: Surroundings;
  private readonly said = new Set<string>();
  private readonly takenOver = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
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
      this.once("info", `${resource.name}: its target is not known yet, so it is checked when it is written.`);
    if (failures.length === 0 && !hasUnknown(inputs) && resource.liveRules) {
      try {
        const fail: Fail = (property, reason) => failures.push({ property, reason });
        await resource.liveRules(inputs, { ...this.context(inputs), isNew: Object.keys(olds).length === 0 }, fail);
      } catch (error) {
        if (!cannotTell(error)) throw error;
        this.once(
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
    const overdue =
      fields.changed.length === 0 && !hasUnknown(wanted) ? await this.overdue(resource, state, wanted) : [];
    fields.changed.push(...overdue);
    // What this update is about to see to needs no warning.
    if (overdue.length === 0 && !hasUnknown(wanted.target))
      await this.tellPending(resource, state, this.context(wanted));
    return { ...fields, changes: fields.changed.length > 0, deleteBeforeReplace: fields.replaces.length > 0 };
  }

  /** Makes it, or adopts what is there and identical. Throws PartialFailure where a part of it is there. */
  create(resource: Resource, wanted: Inputs): Promise<{ id: string; state: State }> {
    return this.together(async () => {
      const context = this.context(wanted);
      const before = await resource.observe(wanted, context);
      if (before && takeOver(resource, before, wanted, context) === "identical") {
        await this.tellPending(resource, before, context);
        return this.adopted(resource, before);
      }
      const state = await ensure(resource, wanted, before, context);
      await this.tellPending(resource, state, context);
      return before ? this.adopted(resource, state) : { id: resource.id(state), state };
    });
  }

  update(resource: Resource, state: State, wanted: Inputs): Promise<{ state: State }> {
    return this.together(async () => {
      const context = this.context(wanted);
      await requireSame(state, context);
      const before = await resource.observe({ ...state, ...wanted }, context);
      const now = await ensure(resource, wanted, before, context, state);
      await this.tellPending(resource, now, context);
      return { state: now };
    });
  }

  /** The live state; undefined where it is absent. Where that cannot be told, the state is kept or it fails, as is set. */
  async read(resource: Resource, id: string, state: State): Promise<{ id: string; state: State } | undefined> {
    try {
      const context = this.context(state);
      await requireSame(state, context);
      const found = await resource.observe(state, context);
      return found && { id: resource.id(found), state: withoutUndefined(found) };
    } catch (error) {
      if (!isUnverified(error) || this.surroundings.unverified === "fail") throw error;
      this.surroundings.tell("warning", `${resource.name} ${id}: not verified, its state is kept. ${error.message}`);
      return { id, state };
    }
  }

  /** Takes it away. What is gone already is gone. */
  delete(resource: Resource, state: State): Promise<void> {
    return this.together(async () => {
      const id = resource.id(state);
      if (this.takenOver.has(`${resource.name} ${id}`)) {
        const text = `${resource.name} ${id} stays: another resource of the program is the same object now. After renaming a resource, give it \`aliases\` next time.`;
        return this.once("warning", text);
      }
      const context = await whereMade(state, this.context(state));
      if (!(await resource.remove(state, context))) return;
      if (await resource.observe(state, context))
        throw new HarperError("notApplied", {
          operation: `delete ${resource.name} ${id}`,
          instance: context.at.name,
          problem: "it is still there",
        });
      await this.tellPending(resource, state, context);
    });
  }

  /** Writes begin in waves, with what else the engine has in flight. */
  private together<T>(write: () => Promise<T>): Promise<T> {
    return this.surroundings.instances.wave.join(write);
  }

  /** What this run took over may have been another resource's, which is not to take it away then. */
  private adopted(resource: Resource, there: State): { id: string; state: State } {
    const id = resource.id(there);
    this.takenOver.add(`${resource.name} ${id}`);
    return { id, state: withoutUndefined(there) };
  }

  private async tellPending(resource: Resource, state: State, context: Context): Promise<void> {
    try {
      for (const text of (await resource.pending?.(state, context)) ?? []) this.once("warning", text);
    } catch (error) {
      if (!(error instanceof HarperError)) throw error;
      this.once("warning", `Whether rows flow as declared could not be asked. ${error.message}`);
    }
  }

  private async overdue(resource: Resource, state: State, wanted: Inputs): Promise<string[]> {
    try {
      return (await resource.overdue?.(state, wanted, this.context(wanted))) ?? [];
    } catch (error) {
      if (cannotTell(error)) return [];
      throw error;
    }
  }

  private context(inputs: CommonInputs): Context {
    const { instances } = this.surroundings;
    return { instances, tell: (severity, text) => this.once(severity, text), at: instances.at(inputs.target) };
  }

  private once(severity: "info" | "warning", text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.surroundings.tell(severity, text);
  }
}
