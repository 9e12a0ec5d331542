import { nameOf } from "../../provider/urn";
import { isSecret } from "./secret";

/** A resource of this project, in a state or a plan: what both have of it. */
export interface ProgramResource {
  urn: string;
  /** `Node`, `Subscription`, …; the same for both front ends. */
  type: string;
  /** Its name in the program. */
  name: string;
  inputs: Record<string, unknown>;
  /** Undefined where it is not there yet. */
  outputs: Record<string, unknown> | undefined;
  /** URNs that the value of a property comes from. */
  comesFrom: Record<string, string[]>;
}

/** The form of a resource in `pulumi stack export` and in the steps of `pulumi preview --json --show-sames`. */
export interface RawResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  propertyDependencies?: Record<string, string[] | null>;
  retainOnDelete?: boolean;
}

const ours = /^(?:harper:index:|pulumi-nodejs:dynamic\/harper:)(\w+)$/;

/** `Node`, `Subscription`, …; undefined where it is none of ours. */
export function typeOf(raw: Pick<RawResource, "type">): string | undefined {
  const [, type] = ours.exec(raw.type) ?? [];
  return type === "Cluster" ? undefined : type;
}

/** Undefined where it is none of ours. */
export function resourceOf(raw: RawResource): ProgramResource | undefined {
  const type = typeOf(raw);
  if (!type) return undefined;
  const { __provider, __origin, ...inputs } = raw.inputs ?? {};
  const comesFrom = Object.entries(raw.propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]);
  return {
    urn: raw.urn,
    type,
    name: nameOf(raw.urn),
    inputs,
    outputs: raw.id ? raw.outputs : undefined,
    comesFrom: Object.fromEntries(comesFrom) as Record<string, string[]>,
  };
}

/** How the engine writes in JSON what is not known yet, or not to be shown. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const isHidden = (value: unknown): boolean => value === unknown || value === "[secret]" || isSecret(value);

/** A text that is known and may be shown. */
export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && !isHidden(value) ? value : undefined;

/** Properties that are not the same on both sides. What begins with __ is the engine's own. */
export const differing = (one: Record<string, unknown>, other: Record<string, unknown>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((key) => !key.startsWith("__") && JSON.stringify(one[key]) !== JSON.stringify(other[key]))
    .sort();
