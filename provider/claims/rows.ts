import type { ClaimRow, Note } from "../operations-api";

export const claimsIn = (rows: readonly Note[]): ClaimRow[] => rows.filter((row) => row.kind === "claim");

/** What is kept of the stack's own claims, which are most and stay for as long as the process lives. */
export type KnownClaim = Pick<ClaimRow, "stack" | "urn" | "whole" | "before">;

/** The claims on one instance, as a stack sees them. */
export class ClaimRows {
  private readonly stack: string | undefined;
  private readonly own = new Map<string, KnownClaim>();
  private readonly ofOthers = new Map<string, ClaimRow>();

  constructor(stack: string | undefined, rows: readonly Note[] = []) {
    this.stack = stack;
    for (const row of claimsIn(rows)) this.set(row);
  }

  get(id: string): KnownClaim | undefined {
    return this.own.get(id) ?? this.ofOthers.get(id);
  }

  set(row: ClaimRow): void {
    this.delete(row.id);
    const { id, stack, urn, whole, before } = row;
    if (stack === this.stack) this.own.set(id, { stack: this.stack, urn, whole, before });
    else this.ofOthers.set(id, row);
  }

  delete(id: string): void {
    this.own.delete(id);
    this.ofOthers.delete(id);
  }

  others(): ClaimRow[] {
    return [...this.ofOthers.values()];
  }
}
