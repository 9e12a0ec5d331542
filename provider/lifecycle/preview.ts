import { tellWhatIsThere } from "../adoption";
import { type CheckFailure, checkInputs, givenAs } from "../check";
import { diffFields, driftIn } from "../diff";
import { cannotTell } from "../operations-api";
import type { CommonInputs, Fail, Inputs, Resource, State } from "../resource";
import { withoutValues } from "../secrets";
import { plannedState } from "../states";
import { hasUnknown } from "../unknown";
import { tellHazards } from "./hazards";
import { isElsewhere, isRenamed } from "./identity";
import { lostFields, overdueFields, tellPending } from "./pending";
import type { Request, Run } from "./run";

/** Validates inputs, and asks the live instance what it has to say to those that are known. `olds` are empty for what is new. */
export async function check(
  run: Run,
  resource: Resource,
  olds: Record<string, unknown>,
  raw: Record<string, unknown>,
  request: Request = {},
): Promise<{ inputs: Inputs; failures: CheckFailure[] }> {
  const { inputs, failures } = checkInputs(resource, raw);
  const target = inputs.target as CommonInputs["target"];
  const problem = hasUnknown(target) ? undefined : run.surroundings.instances.problemWith(target);
  if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
  if (hasUnknown(target))
    run.tell("info", `${resource.name}: its target is not known yet, so it is checked when it is written.`);
  if (failures.length === 0 && !hasUnknown(target)) {
    try {
      const fail: Fail = (property, reason) => failures.push({ property: givenAs(property, inputs, raw), reason });
      const context = run.context(inputs);
      context.instances.lookAhead(context.at);
      await resource.liveRules?.(inputs, context, fail, olds);
      if (failures.length === 0 && !hasUnknown(inputs) && !resource.barrier)
        await run.claims.check(resource, inputs, request, context, fail);
    } catch (error) {
      if (!cannotTell(error) || error.code === "cancelled" || run.surroundings.unverified === "fail") throw error;
      const text = `What is declared for ${error.instance} is not checked against it, only when it is written. ${error.message}`;
      run.tell("warning", text, "instance");
    }
  }
  if (failures.length === 0) run.declared.checked(resource, inputs);
  if (failures.length === 0 && Object.keys(olds).length === 0 && !hasUnknown(target))
    await tellHazards(resource, inputs, undefined, { ...run.context(inputs), isReplaced: false });
  return { inputs, failures: withoutValues(failures, resource.inputs, raw) };
}

/** What `up` would change. Says what is stored but does not flow. */
export async function compare(run: Run, resource: Resource, state: State, wanted: Inputs, { urn }: Request = {}) {
  run.remembered.note(state);
  const fields = diffFields(resource.inputs, state, wanted);
  const isAnother = !hasUnknown(wanted.target) && (await isElsewhere(state, wanted, run.context(wanted)));
  if (isAnother || isRenamed(state, wanted)) fields.changed.push("target");
  if (isAnother) fields.replaces.push("target");
  const drift = driftIn(resource.outputs, state);
  fields.changed.push(...drift.changed);
  fields.replaces.push(...drift.replaces);
  const id = resource.id(state);
  if (fields.replaces.length > 0) {
    run.toReplace.add(`${resource.name} ${id}`);
    run.declared.replaced(resource, id, urn);
  } else run.declared.compared(resource, id, wanted, urn);
  const overdue =
    fields.changed.length === 0 && !hasUnknown(wanted)
      ? await overdueFields(resource, state, wanted, run.context(wanted))
      : [];
  fields.changed.push(...overdue);
  if (run.hasDeleted && fields.changed.length === 0 && !hasUnknown(wanted))
    fields.changed.push(...(await lostFields(resource, state, wanted, run.context(wanted))));
  if (fields.changed.length > 0 && !hasUnknown(wanted.target))
    await tellHazards(resource, wanted, state, { ...run.context(wanted), isReplaced: fields.replaces.length > 0 });
  // What this update is about to see to needs no warning.
  if (overdue.length === 0 && !hasUnknown(wanted.target)) await tellPending(resource, state, run.context(wanted));
  return { ...fields, changes: fields.changed.length > 0, deleteBeforeReplace: fields.replaces.length > 0 };
}

/** The state as it will be, for a preview; says what of it is there already. */
export async function plan(
  run: Run,
  resource: Resource,
  wanted: Inputs,
  before?: State,
): Promise<Record<string, unknown>> {
  const same = before && !run.toReplace.has(`${resource.name} ${resource.id(before)}`) ? before : undefined;
  const isLeaving = (there: State) => run.toReplace.has(`${resource.name} ${resource.id(there)}`);
  if (!same && !hasUnknown(wanted)) await tellWhatIsThere(resource, wanted, run.context(wanted), isLeaving);
  return plannedState(resource, wanted, same);
}
