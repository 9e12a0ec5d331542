import { derived } from "./operations-api";
import type { Inputs, Resource, State } from "./resource";
import { unknown } from "./unknown";

const has = (shape: object, key: string) => Object.hasOwn(shape, key);
const pick = (values: Record<string, unknown>, wanted: (key: string) => boolean) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => wanted(key)));

/** What a state has of the inputs: a field that was not declared is not in it. */
export const inputsIn = ({ inputs }: Resource, state: Record<string, unknown>): Inputs =>
  pick(state, (key) => has(inputs.shape, key));

/** What a state has beside its inputs. */
export const outputsIn = ({ outputs }: Resource, state: Record<string, unknown>): Record<string, unknown> =>
  pick(state, (key) => has(outputs.shape, key));

/** Inputs that Harper keeps nowhere to be read: whoever reads an object has to keep them. */
export const writeOnlyIn = ({ inputs }: Resource, values: Record<string, unknown>): Record<string, unknown> =>
  pick(values, (key) => inputs.shape[key]?.meta()?.writeOnly === true);

/** The outputs that an update leaves as they are. */
export const stableOutputs = derived(({ outputs }: Resource): string[] =>
  Object.keys(outputs.shape).filter((key) => !outputs.shape[key]?.meta()?.momentary),
);

/** The state as it will be, for a preview. What only the instance can say is not known, unless it is there already. */
export function plannedState(resource: Resource, wanted: Inputs, before?: State): Record<string, unknown> {
  const hidden = writeOnlyIn(resource, wanted);
  const shape = resource.outputs.shape;
  const stable = stableOutputs(resource);
  const stays = (key: string) => before && stable.includes(key) && !shape[key]?.meta()?.drift?.(before[key]);
  const outputs = Object.keys(shape).map((key) => [key, stays(key) ? before?.[key] : unknown] as const);
  return { ...pick(wanted, (key) => !has(hidden, key)), ...Object.fromEntries(outputs) };
}
