import { scope } from "../operations-api";
import { check, compare, plan } from "./preview";
import { findObject, invoke, read } from "./read";
import { Run, type Surroundings } from "./run";
import { create, remove, update } from "./write";

export type { Request, Surroundings } from "./run";

/** Check, diff, create, read, update and delete of any resource. Knows neither Pulumi nor a process. */
export class Lifecycle {
  private readonly run: Run;
  readonly check = this.looking(check);
  readonly diff = this.looking(compare);
  readonly plan = this.looking(plan);
  readonly create = this.hook(create);
  readonly update = this.hook(update);
  readonly read = this.looking(read);
  readonly find = this.looking(findObject);
  readonly invoke = this.hook(invoke);
  readonly delete = this.hook(remove);

  constructor(surroundings: Surroundings) {
    this.run = new Run(surroundings);
  }

  /** Gives up what is under way: it ends with the code `cancelled`. */
  cancel(): void {
    this.run.surroundings.instances.cancel();
  }

  /** Gives up the leases that are held; the connections stay. */
  release(): Promise<void> {
    return this.run.claims.release();
  }

  async close(): Promise<void> {
    await this.release();
    await this.run.surroundings.instances.close();
  }

  private hook<A extends unknown[], R>(work: (run: Run, ...args: A) => R): (...args: A) => R {
    return (...args) => work(this.run, ...args);
  }

  /** What changes nothing. */
  private looking<A extends unknown[], R>(work: (run: Run, ...args: A) => R): (...args: A) => R {
    return (...args) => {
      const looks = !this.run.surroundings.instances.hasWritten;
      return scope.run({ ...scope.getStore(), looks }, () => work(this.run, ...args));
    };
  }
}
