import { nameOf } from "../../provider/urn";
import { typeOf } from "../program/resource";
import type { StateResource } from "../program/state";

/** One that our provider manages; what a program only reads is not. */
export const isOurs = (raw: StateResource): boolean => raw.custom && !raw.external && typeOf(raw) !== undefined;

export const isStack = ({ type }: StateResource): boolean => type === "pulumi:pulumi:Stack";
export const isProvider = ({ type }: StateResource): boolean => type.startsWith("pulumi:providers:");
export const isOther = (raw: StateResource): boolean => raw.custom && !isProvider(raw) && !isOurs(raw);

/** `new Provider(...)` of our plugin. */
export const isOwnProvider = ({ type, urn }: StateResource): boolean =>
  type === "pulumi:providers:harper" && !/^default(_|$)/.test(nameOf(urn));

/** `URN::ID` → `URN`. */
export const providerOf = ({ provider }: StateResource): string | undefined =>
  provider?.slice(0, provider.lastIndexOf("::"));

/** `Node "eu"`, or only the name where it is none of ours. */
export const calledIn = (raw: StateResource): string => [typeOf(raw), `"${nameOf(raw.urn)}"`].filter(Boolean).join(" ");
