import type { ClaimRow, Note } from "../operations-api";

export const claimsIn = (rows: readonly Note[]): ClaimRow[] => rows.filter((row) => row.kind === "claim");

/** The claims on one instance. What a stack looks through is what others have, which is mostly nothing. */
export class ClaimRows {
  private readonly byId = new Map<string, ClaimRow>();
  private readonly byStack = new Map<string, Map<string, ClaimRow>>();

  constructor(rows: readonly Note[] = []) {
    for (const row of claimsIn(rows)) this.set(row);
  }

  get(id: string): ClaimRow | undefined {
    return this.byId.get(id);
  }

  set(row: ClaimRow): void {
    this.delete(row.id);
    this.byId.set(row.id, row);
    const rows = this.byStack.get(row.stack) ?? new Map<string, ClaimRow>();
    this.byStack.set(row.stack, rows.set(row.id, row));
  }

  delete(id: string): void {
    const row = this.byId.get(id);
    if (!row) return;
    this.byId.delete(id);
    this.byStack.get(row.stack)?.delete(id);
  }

  others(stack: string | undefined): ClaimRow[] {
    return [...this.byStack].flatMap(([owner, rows]) => (owner === stack ? [] : [...rows.values()]));
  }
}
