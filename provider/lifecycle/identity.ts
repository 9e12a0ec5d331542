import { isDeepStrictEqual } from "node:util";
import type { Instance } from "../instances";
import { cannotTell, HarperError } from "../operations-api";
import type { CommonOutputs, Context, Inputs, State } from "../resource";
import { hasUnknown } from "../unknown";

/** Whether the same or another instance is now declared in other words. */
export const isRenamed = (state: State, wanted: Inputs): boolean =>
  !hasUnknown(wanted.target) && !isDeepStrictEqual(state.target, wanted.target);

/** Whether the target is now another instance than the state was made on. Unreachable is not another. */
export async function isElsewhere(state: State, wanted: Inputs, { at, tell }: Context): Promise<boolean> {
  try {
    return (await at.client.nodeName()) !== state.instance;
  } catch (error) {
    if (!cannotTell(error)) throw error;
    if (isRenamed(state, wanted))
      tell("warning", `Whether the target is still the same instance could not be asked. ${error.message}`);
    return false;
  }
}

/** Never touches another instance than the one that the object was made on. */
export async function requireSame(state: CommonOutputs, { at }: Pick<Context, "at">): Promise<void> {
  const own = await at.client.nodeName();
  if (own !== state.instance) throw another(at, `it reports "${own}", and the object was made on "${state.instance}"`);
  await requireSerial(at, state.authoritySerial);
}

/** The installation that is configured, or else the one that is remembered. */
async function requireSerial(at: Instance, remembered: string | undefined): Promise<void> {
  const { authoritySerial: configured } = at.connection;
  const expected = configured ?? remembered;
  if (expected === undefined) return;
  const serial = await at.client.authority();
  if (serial === undefined || serial === expected) return;
  const own = await at.client.nodeName();
  throw another(
    at,
    `it reports "${own}" with the certificate authority ${serial}, and ${configured ? "harper:instances says" : "the object was made on"} "${own}" with ${expected}`,
    `If it was set up anew, set its authoritySerial in harper:instances to ${serial}: what is missing there is then made again.`,
  );
}

const another = (at: Instance, problem: string, more?: string) =>
  new HarperError("identity", {
    operation: "cluster_status",
    instance: at.name,
    problem,
    advice: `Nothing was changed. Check the endpoint in harper:instances. ${more ?? "If that instance is gone for good, take the object out of the state with `pulumi state delete`."}`,
  });

/** Where an object was made: behind its target, or else behind the name of whichever instance reports that it is it. */
export async function whereMade(state: State, context: Context): Promise<Context> {
  const isHere = (await context.at.client.nodeName()) === state.instance;
  const made = isHere ? context.at : await context.instances.reporting(state.instance);
  const found = { ...context, at: made ?? context.at };
  await requireSame(state, found);
  return found;
}

/**
 * What the states of this run say of the instances that their targets name: something new is not made on another one,
 * unless the one before is still known under another name.
 */
export class Remembered {
  private readonly made = new Map<string, CommonOutputs>();

  note({ target = "", instance, authoritySerial }: State): void {
    if (typeof target === "string" && instance) this.made.set(target, { instance, authoritySerial });
  }

  async requireSame({ target = "" }: Inputs, { at, instances }: Context): Promise<void> {
    const before = typeof target === "string" ? this.made.get(target) : undefined;
    if (!before) return requireSerial(at, undefined);
    const hasMoved = (await at.client.nodeName()) !== before.instance;
    if (!hasMoved || !(await instances.reporting(before.instance))) await requireSame(before, { at });
  }
}

/** After these a state is kept as it is: nothing is known of the object, or of the instance. */
export const isUnverified = (error: unknown): error is HarperError =>
  cannotTell(error) || (error instanceof HarperError && (error.code === "identity" || error.operation === "target"));
