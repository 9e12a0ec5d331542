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
  const providers = new Set(former.filter(isOwnProvider).map(({ urn }) => urn));
  const today = new Map(present.map((raw) => [samePlace(raw.urn), raw]));
  const inputs = new Map<string, Record<string, unknown>>();
  const problems: string[] = [];
  for (const raw of ours) {
    const values = ownInputs(raw);
    const twin = ownInputs(today.get(samePlace(raw.urn)));
    const what = calledIn(raw);
    for (const [key, value] of Object.entries(values)) {
      // The provider takes those of the peer.
      if (key === "authorization" && known?.includes(textIn(values.peer) ?? "")) delete values[key];
      else if (isCredential(key, value) && twin[key] !== undefined) values[key] = twin[key];
      else if (!holdsSecret(value, isEncrypted)) continue;
      else if (twin[key] !== undefined) values[key] = twin[key];
      else if (key === "authorization" && twin.target !== undefined) delete values[key];
      else problems.push(`a missing credential: ${what} had a secret ${key}, which cannot be decrypted any more`);
    }
    const target = textIn(values.target);
    if (target !== undefined && known?.includes(target) === false && !providers.has(providerOf(raw) ?? ""))
      problems.push(`a missing credential: ${what} is on ${target}, which harper:instances has not: put it there`);
    inputs.set(raw.urn, values);
  }
  return { inputs, problems };
}

/** How an instance is reached; not what is made on it. */
const isCredential = (key: string, value: unknown) =>
  key === "authorization" || (key === "target" && typeof value === "object");

const ownInputs = (raw: StateResource | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw?.inputs ?? {}).filter(([key]) => !key.startsWith("__")));
