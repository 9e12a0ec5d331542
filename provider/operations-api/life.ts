import {
  type Binding,
  based,
  followed,
  isSilenced,
  type NodeEvent,
  nothing,
  type Pending,
  pendingIn,
} from "./bindings";
import type { NodeRow } from "./operations";

/** The life of one process of an instance, as far as it was followed. */
export class Life {
  /** Milliseconds; Harper tells whole seconds, hence a second of grace. What is older is what the process started with. */
  private readonly startedAt: number;
  /** Where it is false, the history has no beginning. */
  private readonly isComplete: boolean;
  private readonly bindings = new Map<string, Binding>();
  private readonly lastAt = new Map<string, number>();

  constructor(startedAt: number, isComplete: boolean) {
    this.startedAt = startedAt;
    this.isComplete = isComplete;
  }

  follow(events: readonly NodeEvent[]): void {
    for (const event of events) {
      const isKnown = this.isComplete && !event.isFirstKnown;
      const before = this.bindings.get(event.name) ?? { ...nothing(), isKnown, isWhole: isKnown };
      const isBase = event.at < this.startedAt + 1000;
      this.bindings.set(event.name, isBase ? based(event) : followed(before, event));
      this.lastAt.set(event.name, event.at);
    }
  }

  /** Follows what a later reading of the table adds. Takes out of `rebound` what it has used. */
  read(rows: readonly NodeRow[], rebound: Set<string>, isFirstKnown = false): void {
    const isNews = ({ name, updatedAt = 0 }: NodeRow) =>
      updatedAt > (this.lastAt.get(name) ?? Number.NEGATIVE_INFINITY);
    const news = rows.filter(isNews).map(({ name, updatedAt = 0, subscriptions: edges }) => ({
      name,
      at: updatedAt,
      edges,
      rebinds: rebound.delete(name),
      isFirstKnown: isFirstKnown && !this.lastAt.has(name),
    }));
    this.follow(news);
  }

  /** Where what the instance stores and what it receives differ, or may. */
  pending(rows: readonly NodeRow[]): Pending[] {
    return rows.map((row) => pendingIn(row, this.bindings.get(row.name))).filter((one) => one !== undefined);
  }

  /** Whether rows of a peer may not come because a socket was closed for good. */
  mayBeSilenced(row: NodeRow): boolean {
    return isSilenced(row, this.bindings.get(row.name));
  }
}
