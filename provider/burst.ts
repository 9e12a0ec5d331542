import { inSteps, type Running, stepsNow } from "./audit/steps";
import { asOne, type Scope, scope } from "./operations-api";

/** How long to wait for more, in milliseconds: since the last one came, and at most. */
const quietMs = 2;
const mostMs = 250;

interface Waiting<T> {
  item: T;
  steps: readonly Running[];
  scope: Scope | undefined;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Whether whoever wanted it has given up, before anything was done for it. */
const isOver = ({ scope }: Waiting<unknown>): boolean =>
  scope?.works?.some(({ hasBegun, signal }) => !hasBegun && signal?.aborted) ?? false;

/** The steps that items were submitted for. */
const stepsOf = new WeakMap<object, readonly Running[]>();
const together = (steps: readonly (readonly Running[])[]) => [...new Set(steps.flat())];

/** Does a part of a burst: its calls are for these items alone. */
export const onBehalfOf = <T>(items: readonly object[], work: () => T): T =>
  inSteps(together(items.map((item) => stepsOf.get(item) ?? [])), work);

/** How one item of a burst ended: undefined is success. */
export type Outcome = unknown;

/**
 * Collects what arrives together and hands it on as one. The engine runs only a few steps at once, so a burst is what it
 * has in flight; what comes while one is being written goes with the next.
 */
export class Burst<T> {
  private waiting: Waiting<T>[] = [];
  private busy = false;
  private timer: NodeJS.Timeout | undefined;
  private since = 0;
  private readonly write: (items: T[]) => Promise<Outcome[]>;

  /** `write` answers one outcome an item, in their order; if it throws, all of them failed with that. */
  constructor(write: (items: T[]) => Promise<Outcome[]>) {
    this.write = write;
  }

  /** Resolves when the item was written, rejects with why it was not. */
  submit(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) this.since = performance.now();
      const steps = stepsNow();
      if (typeof item === "object" && item !== null) stepsOf.set(item, steps);
      this.waiting.push({ item, steps, scope: scope.getStore(), resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.busy || this.waiting.length === 0) return;
    clearTimeout(this.timer);
    const left = this.since + mostMs - performance.now();
    this.timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(quietMs, left)));
  }

  private async flush(): Promise<void> {
    const burst = this.waiting.filter((one) => !isOver(one));
    for (const { reject } of this.waiting.filter(isOver)) reject(new Error("nobody waits for it any more"));
    this.waiting = [];
    if (burst.length === 0) return;
    this.busy = true;
    try {
      const items = burst.map(({ item }) => item);
      const outcomes = await asOne(
        burst.map((one) => one.scope),
        () => inSteps(together(burst.map(({ steps }) => steps)), () => this.write(items)),
      );
      burst.forEach(({ resolve, reject }, index) => {
        if (outcomes[index] === undefined) resolve();
        else reject(outcomes[index]);
      });
    } catch (error) {
      for (const { reject } of burst) reject(error);
    } finally {
      this.busy = false;
      this.schedule();
    }
  }
}
