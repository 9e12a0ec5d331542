/** How often each thing was done. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    if (times === 0) return;
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** The most frequent first. */
  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([, one], [, other]) => other - one));
  }
}
