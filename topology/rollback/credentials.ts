import { textIn } from "../program/resource";
import { holdsSecret, isEncrypted } from "../program/secret";
import { type StateResource, samePlace } from "../program/state";
import { calledIn, isOwnProvider, providerOf } from "./kinds";

/**
 * The inputs of former resources, with the credentials of today: those of a former state may have been changed since.
 * What is secret and can be had from nowhere is a problem.
 */
export function credentialsOf(
  ours: readonly StateResource[],
  former: readonly StateResource[],
  present: readonly StateResource[],
  known: readonly string[] | undefined,
): { inputs: Map<string, Record<string, unknown>>; problems: string[] } {
  const providers = former.filter(isOwnProvider).map(({ urn }) => urn);
  const today = new Map(present.map((raw) => [samePlace(raw.urn), raw]));
  const inputs = new Map<string, Record<string, unknown>>();
  const problems: string[] = [];
  for (const raw of ours) {
    const twin = today.get(samePlace(raw.urn));
    const values = withCredentials(ownInputs(raw), twin && ownInputs(twin), known);
    inputs.set(raw.urn, values);
    const encrypted = Object.keys(values).filter((key) => holdsSecret(values[key], isEncrypted));
    for (const key of encrypted)
      problems.push(`a missing credential: ${calledIn(raw)} had a secret ${key}, which cannot be decrypted any more`);
    const target = textIn(values.target);
    const isConfigured = !providers.includes(providerOf(raw) ?? "");
    if (target !== undefined && isConfigured && known?.includes(target) === false)
      problems.push(`a missing credential: ${calledIn(raw)} is on ${target}, which is not in harper:instances`);
  }
  return { inputs, problems };
}

type Inputs = Record<string, unknown>;

function withCredentials(former: Inputs, today: Inputs | undefined, known: readonly string[] = []): Inputs {
  const { authorization, ...inputs } = former;
  const isInline = typeof inputs.target === "object" && typeof today?.target === "object";
  if (isInline) inputs.target = today.target;
  // Joining takes those of the peer, or those that are there; a member is not joined again.
  const isNeeded = authorization !== undefined && !known.includes(textIn(inputs.peer) ?? "");
  const own = today ? today.authorization : authorization;
  return isNeeded && own !== undefined ? { ...inputs, authorization: own } : inputs;
}

const ownInputs = ({ inputs = {} }: StateResource): Inputs =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
