import { checkInputs, withoutUndefined } from "../check";
import type { FunctionDefinition } from "../functions";
import type { Target } from "../instances";
import { withoutUserinfo } from "../operations-api";
import type { Resource, State } from "../resource";
import { isUnverified, requireSame } from "./identity";
import { find } from "./import";
import type { Request, Run } from "./run";
import { within } from "./time-limit";

/** The live state; undefined where it is absent. Where that cannot be told, the state is kept or it fails, as is set. */
export async function read(
  run: Run,
  resource: Resource,
  id: string,
  state: State,
  { timeoutSeconds }: Request = {},
): Promise<{ id: string; state: State } | undefined> {
  run.remembered.note(state);
  if (resource.barrier) return { id, state };
  try {
    const context = await run.contextOf(state);
    context.instances.lookAhead(context.at);
    return await within(timeoutSeconds, `read ${resource.name} ${id}`, context.at.name, async () => {
      await requireSame(state, context);
      const found = await resource.observe(state, context);
      return found && { id: resource.id(found), state: withoutUndefined(found) };
    });
  } catch (error) {
    if (!isUnverified(error) || error.code === "cancelled" || run.surroundings.unverified === "fail") throw error;
    const whose = error.operation === "target" ? `${resource.name} ${id}` : `What is on ${error.instance}`;
    run.tell("warning", `${whose} is not verified, its state is kept. ${error.message}`, "instance");
    return { id, state };
  }
}

/** For import: what an id names, with all that is there as its inputs; undefined where it is absent. */
export async function findObject(
  run: Run,
  resource: Resource,
  id: string,
): Promise<{ id: string; state: State } | undefined> {
  const { instances } = run.surroundings;
  const state = await find(resource, id, instances, (at) => run.context({ target: at.name }));
  return state && { id: resource.id(state), state };
}

/** What one of the functions answers. */
export async function invoke(run: Run, definition: FunctionDefinition, raw: Record<string, unknown>) {
  const { inputs, failures } = checkInputs(definition, raw);
  const problem = run.surroundings.instances.problemWith(inputs.target as Target);
  if (problem && failures.length === 0) failures.push({ property: `target${problem.path}`, reason: problem.reason });
  // Of a function, the engine puts the property behind the reason.
  const named = failures.map(({ property, reason }) => ({
    property: "",
    reason: withoutUserinfo(`${property} ${reason}`),
  }));
  return { failures: named, answer: failures.length > 0 ? {} : await definition.answer(run.context(inputs)) };
}
