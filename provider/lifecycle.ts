import { shown, takeOver } from "./adoption";
import { type CheckFailure, checkInputs, withoutUndefined } from "./check";
import { diffFields } from "./diff";
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

/** Made in part: what is there is in `state`, so that nothing is lost and the next `up` completes it. */
export class PartialFailure extends Error {
  readonly id: string;
  readonly state: Record<string, unknown>;

  constructor(id: string, state: Record<string, unknown>, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.state = state;
  }
}

/** Check, diff, create, read, update and delete of any resource. Knows neither Pulumi nor a process. */
export class Lifecycle {
  private readonly surroundings: Surroundings;
  private readonly said = new Set<string>();

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
    if (problem && failures.length === 0) failures.push({ property: "target", reason: problem });
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
    if (await this.isElsewhere(state, wanted)) {
      fields.changed.push("target");
      fields.replaces.push("target");
    }
    const overdue =
      fields.changed.length === 0 && !hasUnknown(wanted) ? await this.overdue(resource, state, wanted) : [];
    fields.changed.push(...overdue);
    // What this update is about to see to needs no warning.
    if (overdue.length === 0) await this.tellPending(resource, state, wanted);
    return { ...fields, changes: fields.changed.length > 0, deleteBeforeReplace: fields.replaces.length > 0 };
  }

  /** Makes it, or adopts what is there and identical. Throws PartialFailure where a part of it is there. */
  create(resource: Resource, wanted: Inputs): Promise<{ id: string; state: State }> {
    return this.together(async () => {
      const context = this.context(wanted);
      const before = await resource.observe(wanted, context);
      if (before && takeOver(resource, before, wanted, context) === "identical") {
        await this.tellPending(resource, before, wanted);
        return { id: resource.id(before), state: withoutUndefined(before) };
      }
      const state = await this.apply(resource, wanted, before, context);
      return { id: resource.id(state), state };
    });
  }

  update(resource: Resource, state: State, wanted: Inputs): Promise<{ state: State }> {
    return this.together(async () => {
      const context = this.context(wanted);
      const before = await resource.observe({ ...state, ...wanted }, context);
      return { state: await this.apply(resource, wanted, before, context) };
    });
  }

  /** The live state; undefined where it is absent. Where that cannot be told, the state is kept or it fails, as is set. */
  async read(resource: Resource, id: string, state: State): Promise<{ id: string; state: State } | undefined> {
    try {
      const context = this.context(state);
      const found = await resource.observe(state, context);
      return found && { id: resource.id(found), state: withoutUndefined(found) };
    } catch (error) {
      if (!cannotTell(error) || this.surroundings.unverified === "fail") throw error;
      this.surroundings.tell("warning", `${resource.name} ${id}: not verified, its state is kept. ${error.message}`);
      return { id, state };
    }
  }

  /** Takes it away. What is gone already is gone. */
  delete(resource: Resource, state: State): Promise<void> {
    return this.together(async () => {
      const context = this.context(state);
      await resource.remove(state, context);
      if (await resource.observe(state, context))
        throw new HarperError("notApplied", {
          operation: `delete ${resource.name} ${resource.id(state)}`,
          instance: context.at.name,
          problem: "it is still there",
        });
      await this.tellPending(resource, state);
    });
  }

  /** Writes begin in waves, with what else the engine has in flight. */
  private together<T>(write: () => Promise<T>): Promise<T> {
    return this.surroundings.instances.wave.join(write);
  }

  /** Observe → ensure → sync → return. */
  private async apply(resource: Resource, wanted: Inputs, before: State | undefined, context: Context): Promise<State> {
    try {
      await resource.write(wanted, before, context);
    } catch (error) {
      const there = await resource.observe(before ? { ...before, ...wanted } : wanted, context).catch(() => before);
      throw there ? new PartialFailure(resource.id(there), withoutUndefined(there), error) : error;
    }
    const state = await resource.observe(before ? { ...before, ...wanted } : wanted, context);
    const operation = `write ${resource.name}`;
    const instance = context.at.name;
    if (!state) throw new HarperError("notApplied", { operation, instance, problem: "it is not there" });
    const { changed } = diffFields(resource.inputs, state, wanted);
    if (changed.length > 0) {
      const problem = `${changed.map((key) => `${key} is ${shown(state[key])} instead of ${shown(wanted[key])}`).join("; ")}`;
      throw new PartialFailure(
        resource.id(state),
        withoutUndefined(state),
        new HarperError("notApplied", { operation, instance, problem }),
      );
    }
    await this.tellPending(resource, state, wanted);
    return withoutUndefined(state);
  }

  /** Whether the target is now another instance than the state was made on. Unreachable is not another. */
  private async isElsewhere(state: State, wanted: Inputs): Promise<boolean> {
    if (hasUnknown(wanted.target) || JSON.stringify(state.target) === JSON.stringify(wanted.target)) return false;
    try {
      return (await this.context(wanted).at.client.nodeName()) !== state.instance;
    } catch (error) {
      if (!cannotTell(error)) throw error;
      this.once(
        "warning",
        `${resource(wanted)}: whether it is still the same instance could not be asked. ${error.message}`,
      );
      return false;
    }
  }

  private async tellPending(resource: Resource, state: State, wanted: Inputs = state): Promise<void> {
    if (!resource.pending || hasUnknown(wanted.target)) return;
    try {
      for (const text of await resource.pending(state, this.context(wanted))) this.once("warning", text);
    } catch (error) {
      if (!cannotTell(error)) throw error;
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

const resource = (inputs: CommonInputs) => (typeof inputs.target === "string" ? inputs.target : "target");
