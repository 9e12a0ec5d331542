import { mirrorIdOf } from "../ids";
import { type ClaimRow, HarperError } from "../operations-api";
import type { Inputs, Resource } from "../resource";
import { nameOf } from "../urn";
import type { KnownClaim } from "./rows";

/** Whose a claim is: a resource of a stack, as far as the front end knows. */
export interface Claimant {
  /** `project/stack`. */
  stack?: string;
  urn?: string;
}

/** An object to claim, by the id of its resource. */
export interface Claimed {
  resource: Resource;
  id: string;
  inputs: Inputs;
}

/**
 * What an object is claimed as: its id, with the two ends in alphabetical order where either can declare it. What lies
 * below a node has the node's own claim as the beginning of its own.
 */
export const claimId = (resource: Resource, id: string): string => [id, mirrorIdOf(resource, id) ?? id].sort()[0] ?? id;

/** What is claimed of an object. `whole` is what has all that lies below it, or is within it. */
export interface Claim {
  id: string;
  whole: boolean;
  within: string[];
}

export const claimOf = (resource: Resource, id: string, whole: boolean): Claim => ({
  id: claimId(resource, id),
  whole,
  within: resource.within?.(id.split("/")) ?? [],
});

/** The claim of another stack that is in the way, of the rows of either end. */
export const inTheWay = (rows: readonly ClaimRow[], claim: Claim, { stack }: Claimant): ClaimRow | undefined =>
  rows.find((row) => row.stack !== stack && (row.id === claim.id || has(row, claim) || has(claim, row)));

const has = (one: Pick<ClaimRow, "id" | "whole">, other: Pick<ClaimRow, "id" | "within">): boolean =>
  one.whole === true && (other.id.startsWith(`${one.id}/`) || other.within?.includes(one.id) === true);

/** A claim of another resource of the same stack that took the object over from this one: it was renamed without `aliases`. */
export const isSuperseded = (row: KnownClaim | undefined, { stack, urn }: Claimant): boolean =>
  row !== undefined &&
  row.stack === stack &&
  urn !== undefined &&
  row.urn !== urn &&
  row.before?.includes(urn) === true;

/** The row as it is to be, given what is there. */
export function claimRow(claim: Claim, object: string, owner: Claimant & { stack: string }, there?: KnownClaim) {
  const { stack, urn } = owner;
  const earlier = there?.stack === stack ? [...(there.before ?? []), there.urn ?? ""] : [];
  const before = [...new Set(earlier)].filter((other) => other !== "" && other !== urn);
  return { ...claim, kind: "claim" as const, object, stack, urn: urn ?? null, before };
}

/** Whether the row says already what it is to say. */
export const isSaid = (row: KnownClaim | undefined, { whole }: Claim, { stack, urn }: Claimant): boolean =>
  row !== undefined && row.stack === stack && (row.urn ?? undefined) === urn && (row.whole ?? false) === whole;

/** `Subscription us-1/eu-1/shop/orders is of stack shop/prod (NAME)`, NAME as its program calls it. */
export const ownerIn = ({ object, stack, urn }: Pick<ClaimRow, "object" | "stack" | "urn">): string => {
  return `${object} is declared by stack ${stack}${urn ? ` (resource "${nameOf(urn)}")` : ""}`;
};

export const stale = ({ id }: ClaimRow): string =>
  `Where that stack is gone or was renamed: \`pulumi-harper claims --remove "${id}"\`.`;

export const toDo = (row: ClaimRow): string =>
  `${ownerIn(row)}. Declare it in one of the two stacks, or set adopt: "always" to take it over. ${stale(row)}`;

export const refusal = (what: string, row: ClaimRow, instance: string): HarperError =>
  new HarperError("claimed", {
    operation: `claim ${what}`,
    instance,
    problem: ownerIn(row),
    advice: `Declare it in one of the two stacks, or set adopt: "always" to take it over. ${stale(row)} Nothing was changed.`,
  });
