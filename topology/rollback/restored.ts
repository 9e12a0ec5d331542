import { nameOf } from "../../provider/urn";
import { typeOf } from "../program/resource";
import { holdsSecret, isEncrypted } from "../program/secret";
import { type Deployment, presentIn, type StateResource, samePlace } from "../program/state";
import { credentialsOf } from "./credentials";
import { calledIn, isOurs, isOwnProvider, isStack, providerOf } from "./kinds";
import { Others } from "./others";

/** What a program declares that makes a former state of our resources, and leaves all others alone. */
export interface Restored {
  frontEnd: FrontEnd;
  /** What others are declared by comes before them. */
  declarations: Declaration[];
  /** URNs of what stays as it is. */
  untouched: string[];
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
  /** Why it cannot be made, in sentences. */
  problems: string[];
}

export type FrontEnd = "dynamic" | "plugin";

export interface Declaration {
  /** Its URN in the former state, by which others name it. */
  urn: string;
  kind: "resource" | "component" | "provider";
  type: string;
  name: string;
  parent?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  dependsOn: string[];
  /** URNs that the value of a property comes from. */
  comesFrom: Record<string, string[]>;
  provider?: string;
  options: Record<string, unknown>;
}

/** `known`: names in today's `harper:instances`; undefined where there are none. */
export function restore(then: Deployment, today: Deployment, known?: readonly string[]): Restored {
  const [former, present] = [presentIn(then), presentIn(today)];
  const ours = former.filter(isOurs);
  const frontEnd = frontEndOf(present) ?? frontEndOf(former) ?? "plugin";
  const others = new Others(former, present, frontEnd);
  const credentials = credentialsOf(ours, former, present, known);
  const used = usedBy(ours, former, frontEnd);
  const declarations = former
    .filter((raw) => used.has(raw.urn))
    .map((raw): Declaration => {
      const kind = isOurs(raw) ? "resource" : raw.custom ? "provider" : "component";
      const state = kind === "resource" ? raw : (twinOf(raw, present) ?? raw);
      const inputs = kind === "resource" ? (credentials.inputs.get(raw.urn) ?? {}) : plain(state.inputs);
      return {
        urn: raw.urn,
        kind,
        type: typeOf(raw) ?? raw.type,
        name: nameOf(raw.urn),
        ...(raw.parent && used.has(raw.parent) ? { parent: raw.parent } : {}),
        inputs,
        outputs: state.outputs ?? {},
        dependsOn: (raw.dependencies ?? []).filter((urn) => used.has(urn)),
        comesFrom: comesFrom(raw, used),
        ...(frontEnd === "plugin" && providerIn(raw, used)),
        options: optionsOf(raw),
      };
    });
  const stack = present.find(isStack);
  return {
    frontEnd,
    declarations,
    untouched: others.untouched(ours.length > 0),
    outputs: stack?.outputs ?? {},
    problems: [
      ...others.problems(ours),
      ...former.filter(({ urn }) => used.has(urn)).flatMap((raw) => orphaned(raw, former, used)),
      ...credentials.problems,
      ...declarations.filter(({ kind }) => kind === "provider").flatMap(unreadable),
    ],
  };
}

/** Those that a program that knows only ours has to declare: them, the components they are in, and their own providers. */
function usedBy(ours: readonly StateResource[], former: readonly StateResource[], frontEnd: FrontEnd): Set<string> {
  const byUrn = new Map(former.map((raw) => [raw.urn, raw]));
  const used = new Set<string>();
  const use = (urn: string | undefined): void => {
    const raw = urn === undefined ? undefined : byUrn.get(urn);
    if (!raw || used.has(raw.urn) || isStack(raw)) return;
    if (raw.custom && !isOurs(raw) && !isOwnProvider(raw)) return;
    used.add(raw.urn);
    use(raw.parent);
    if (frontEnd === "plugin") use(providerOf(raw));
  };
  for (const { urn } of ours) use(urn);
  return used;
}

function providerIn(raw: StateResource, used: ReadonlySet<string>): { provider?: string } {
  const provider = providerOf(raw);
  return provider && used.has(provider) ? { provider } : {};
}

function frontEndOf(resources: readonly StateResource[]): FrontEnd | undefined {
  const ours = resources.filter(isOurs);
  if (ours.length === 0) return undefined;
  return ours.some(({ type }) => type.startsWith("harper:")) ? "plugin" : "dynamic";
}

/** Its parent is part of its URN. */
function orphaned(raw: StateResource, former: readonly StateResource[], used: ReadonlySet<string>): string[] {
  const parent = former.find(({ urn }) => urn === raw.parent);
  if (!parent || isStack(parent) || used.has(parent.urn)) return [];
  return [`${calledIn(raw)} had the parent "${nameOf(parent.urn)}", which only the program itself can declare`];
}

const unreadable = ({ name, inputs }: Declaration): string[] =>
  holdsSecret(inputs, isEncrypted)
    ? [`a missing credential: the settings of the provider "${name}" cannot be decrypted any more`]
    : [];

const twinOf = ({ urn }: StateResource, present: readonly StateResource[]) =>
  present.find((other) => samePlace(other.urn) === samePlace(urn));

/** Without what the engine adds. */
const plain = (inputs: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__") && key !== "version"));

const comesFrom = ({ propertyDependencies = {} }: StateResource, used: ReadonlySet<string>) =>
  Object.fromEntries(
    Object.entries(propertyDependencies).map(([key, urns]) => [key, (urns ?? []).filter((urn) => used.has(urn))]),
  );

function optionsOf({ protect, retainOnDelete, customTimeouts, additionalSecretOutputs }: StateResource) {
  const timeouts = Object.entries(customTimeouts ?? {}).map(([hook, seconds]) => [hook, `${seconds}s`]);
  return {
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    ...(timeouts.length > 0 && { customTimeouts: Object.fromEntries(timeouts) }),
    ...(additionalSecretOutputs && { additionalSecretOutputs }),
  };
}
