/** What an instance does wrong to one request. */
export type Fault =
  | { kind: "status"; status: number; error: string }
  | { kind: "truncate" }
  | { kind: "reset" }
  | { kind: "hang" }
  | { kind: "delay"; ms: number }
  /** The write happens, the answer comes late. */
  | { kind: "late"; ms: number }
  /** Says success, does nothing. */
  | { kind: "lose"; answer: unknown }
  /** 200 with a message that tells of an error on the other side. */
  | { kind: "half" };

export interface Planned {
  fault: Fault;
  /** Without it, any operation. */
  operation?: string | undefined;
  /** How many requests it spoils; without it, all. */
  times?: number | undefined;
}

export class Faults {
  #planned: Planned[] = [];

  add(planned: Planned): void {
    this.#planned.push({ ...planned });
  }

  clear(): void {
    this.#planned = [];
  }

  next(operation: string): Fault | undefined {
    const found = this.#planned.find((one) => one.operation === undefined || one.operation === operation);
    if (!found) return undefined;
    if (found.times !== undefined && --found.times <= 0) this.#planned = this.#planned.filter((one) => one !== found);
    return found.fault;
  }
}
