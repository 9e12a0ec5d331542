import { takeOver } from "../adoption";
import { Again } from "../again";
import { withoutUndefined } from "../check";
import { ensure, isAsWanted } from "../ensure";
import { mirrorIdOf } from "../ids";
import { HarperError } from "../operations-api";
import type { Context, Inputs, Resource, State } from "../resource";
import { requireSame, whereMade } from "./identity";
import { tellPending } from "./pending";
import type { Request, Run } from "./run";

/** Makes it, or adopts what is there and identical. Throws PartialFailure where a part of it is there. */
export async function create(
  run: Run,
  resource: Resource,
  wanted: Inputs,
  request: Request = {},
): Promise<{ id: string; state: State }> {
  const context = run.context(wanted);
  const make = async () => {
    const before = await resource.observe(wanted, context);
    if (before && takeOver(resource, before, wanted, context) === "identical" && isAsWanted(resource, before, wanted)) {
      await tellPending(resource, before, context);
      run.declared.adopted(resource, resource.id(before), request.urn);
      return { id: resource.id(before), state: withoutUndefined(before) };
    }
    const state = await ensure(resource, wanted, before, context);
    await tellPending(resource, state, context);
    const id = resource.id(state);
    if (before) run.declared.adopted(resource, id, request.urn);
    else run.declared.written(resource, id, request.urn);
    return { id, state };
  };
  return run.together(resource, { kind: "create", inputs: wanted }, context, request, async () => {
    await run.remembered.requireSame(wanted, context);
    if (resource.barrier) return make();
    await run.claims.hold(context.at, request);
    return run.claims.making(resource, wanted, request, context, make);
  });
}

export async function update(
  run: Run,
  resource: Resource,
  state: State,
  wanted: Inputs,
  request: Request = {},
): Promise<{ state: State }> {
  const context = run.context(wanted);
  const id = resource.id(state);
  const make = async () => {
    const before = await resource.observe({ ...state, ...wanted }, context);
    const now = await ensure(resource, wanted, before, context, state);
    run.declared.written(resource, resource.id(now), request.urn);
    await tellPending(resource, now, context);
    return { state: now };
  };
  return run.together(resource, { kind: "update", id, inputs: wanted }, context, request, async () => {
    await requireSame(state, context);
    if (resource.barrier) return make();
    await run.claims.hold(context.at, request);
    return run.claims.changing({ resource, id, inputs: wanted }, request, context, make);
  });
}

/** Takes it away. What is gone already is gone. */
export async function remove(run: Run, resource: Resource, state: State, request: Request = {}): Promise<void> {
  if (resource.barrier) return;
  const id = resource.id(state);
  const named = await run.contextOf(state);
  await run.together(resource, { kind: "delete", id, inputs: state }, named, request, async () => {
    const ids = [id, mirrorIdOf(resource, id)].filter((one) => one !== undefined);
    if (ids.some((one) => run.declared.keeps(resource, one, request.urn))) {
      const text = `${resource.name} ${id} stays as it is, as the program still declares it. Renaming a resource needs \`aliases\`; to make an object anew, \`pulumi destroy --target\` its resource first.`;
      run.tell("warning", text);
      return { state, isLeft: true };
    }
    if (named.at.connection.gone) {
      const done = (await resource.abandon?.(state, named)) ?? "Nothing was asked of it.";
      const text = `${resource.name} ${id} is taken out of the state, as ${named.at.name} is gone for good. ${done}`;
      run.tell("warning", text);
      return { state, isLeft: true };
    }
    const context = await whereMade(state, named);
    await run.claims.hold(context.at, request);
    const why = await run.claims.keeps({ resource, id }, request, context);
    if (why) {
      run.tell("warning", why);
      await run.claims.drop({ resource, id }, request, context);
      return { state, isLeft: true };
    }
    run.hasDeleted = true;
    const isGone = async () =>
      resource.isGone ? resource.isGone(state, context) : !(await resource.observe(state, context));
    if (!(await takeAway(resource, state, context, isGone))) {
      await run.claims.drop({ resource, id }, request, context);
      return { state, isLeft: true };
    }
    if (!(await isGone()))
      throw new HarperError("notApplied", {
        operation: `delete ${resource.name} ${id}`,
        instance: context.at.name,
        problem: "it is still there",
      });
    await run.claims.drop({ resource, id }, request, context);
    await tellPending(resource, state, context);
    return { state };
  });
}

/** Again, where an instance was away or too busy, and it is still there. False where it is left, as another resource has it now. */
async function takeAway(
  resource: Resource,
  state: State,
  context: Context,
  isGone: () => Promise<boolean>,
): Promise<boolean> {
  const again = new Again(context, resource.peer?.(state));
  for (;;) {
    try {
      return await resource.remove(state, context);
    } catch (error) {
      if (!(await again.after(error))) throw again.last(error);
      if (await isGone()) return true;
    }
  }
}
