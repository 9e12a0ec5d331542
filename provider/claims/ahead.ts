import type { Claimant, Claimed } from "./claim";

/**
 * What a run's program declares on one instance and nobody has claimed: it is claimed with the first of it that is made,
 * and not by each wave anew. What was claimed so and never made is given back at the end of the run.
 */
export class Ahead {
  private declared = new Map<string, Claimed & { by: Claimant }>();
  private readonly unmade = new Set<string>();

  declare(id: string, claimed: Claimed, by: Claimant): void {
    this.declared.set(id, { ...claimed, by });
  }

  /** All that waits, by the ids of their claims; from now on it does not. */
  take(): Map<string, Claimed & { by: Claimant }> {
    const taken = this.declared;
    this.declared = new Map();
    return taken;
  }

  claimed(id: string): void {
    this.unmade.add(id);
  }

  /** Whether it was claimed before its turn, which has now come. */
  begins(id: string): boolean {
    return this.unmade.delete(id);
  }

  get left(): string[] {
    return [...this.unmade];
  }
}
