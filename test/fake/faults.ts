import { urlOf } from "./reach";
import type { Fields } from "./store";

/** What an instance does wrong to one request. */
export type Fault =
  /** Answers this and does nothing: 500, 401, 503 …; `retryAfter` is the header of that name. */
  | { kind: "status"; status: number; error?: string; retryAfter?: string }
  /** Does it, and breaks off in the middle of the answer. */
  | { kind: "truncate" }
  /** Closes the connection without an answer, and does nothing. */
  | { kind: "reset" }
  /** Never answers, and does nothing. */
  | { kind: "hang" }
  /** Does it later. */
  | { kind: "delay"; ms: number }
  /** Does it at once, and answers later. */
  | { kind: "late"; ms: number }
  /** Says it was done, and does nothing. */
  | { kind: "lose"; answer?: unknown }
  /** Writes its own record only: 200 "… but there was an error updating target node: …". */
  | { kind: "half"; error?: string }
  /** Does nothing and says what it was sent, headers included, as the error pages of proxies do; without a status it is no HTTP. */
  | { kind: "echo"; status?: number; page?: (request: string) => unknown };

export interface Planned {
  fault: Fault;
  /** Without it, any operation. */
  operation?: string;
  /** Only once this operation was asked for. */
  after?: string;
  /** How many requests it spoils; without it, all. */
  times?: number;
}

export class Faults {
  /** What the next attempt to reach a peer meets. */
  peerError: string | undefined;
  #planned: Planned[] = [];

  add(planned: Planned): void {
    this.#planned.push({ ...planned });
  }

  clear(): void {
    this.#planned = [];
  }

  next(operation: string): Fault | undefined {
    const isDue = (one: Planned) => one.after === undefined && [undefined, operation].includes(one.operation);
    const found = this.#planned.find(isDue);
    for (const one of this.#planned) if (one.after === operation) delete one.after;
    if (found?.times !== undefined) {
      found.times -= 1;
      if (found.times <= 0) this.#planned = this.#planned.filter((one) => one !== found);
    }
    return found?.fault;
  }
}

export function successOf({ operation, url, hostname, routes }: Fields): Fields {
  const target = url ?? urlOf(hostname);
  switch (operation) {
    case "update_node":
      return { message: `Successfully updated '${target}'` };
    case "remove_node":
      return { message: `Successfully removed '${hostname}' from cluster` };
    case "cluster_set_routes":
      return { message: "cluster routes successfully set", set: routes, skipped: [] };
    case "cluster_delete_routes":
      return { message: "cluster routes successfully deleted", deleted: routes, skipped: [] };
    default:
      return { message: `Successfully added '${target}' to cluster` };
  }
}
