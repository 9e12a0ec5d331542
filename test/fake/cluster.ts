import { Clock } from "./clock";
import type { Instance } from "./instance";

export interface Timing {
  /** Before every answer, and on the way to a peer. */
  latencyMs: number;
  /** From "connect" or "changed" to what it brings about on the other side. */
  connectMs: number;
  /** How long a restarting instance cannot be reached, from `restartDelayMs` after its answer. */
  restartMs: number;
  restartDelayMs: number;
  /** How long the copy of a whole database takes. */
  copyMs: number;
}

/** What the instances share: the clock, the network and the pace. */
export class Cluster {
  readonly clock = new Clock();
  readonly instances = new Map<string, Instance>();
  closed = false;
  joinsAreClose = false;
  shardsStay = false;
  #pid = 1000;

  constructor(readonly timing: Timing) {}

  /** How many requests are under way, and were at most: of one instance, and of all. */
  readonly underWay = new Map<string, number>();
  readonly peaks = { all: 0, one: 0 };

  /** A request of an instance comes (1) or ends (-1). */
  asked(name: string, change: 1 | -1): void {
    this.underWay.set(name, (this.underWay.get(name) ?? 0) + change);
    const now = [...this.underWay.values()];
    this.peaks.one = Math.max(this.peaks.one, ...now);
    this.peaks.all = Math.max(
      this.peaks.all,
      now.reduce((one, other) => one + other, 0),
    );
  }

  nextPid(): number {
    this.#pid += 1;
    return this.#pid;
  }

  /** Pairs that cannot reach each other. */
  readonly cuts = new Set<string>();

  byHost(hostname: string): Instance | undefined {
    return this.instances.get(hostname);
  }

  /** The instance and those that mirror its system database: users, databases and tables are theirs too. */
  mirrorsOf(instance: Instance): Instance[] {
    return [...this.instances.values()].filter((one) => one === instance || one.replication.mirrors(instance));
  }

  cut(one: string, other: string): string {
    return [one, other].sort().join(" ");
  }

  /** Who takes a connection to this URL. */
  answering(from: Instance, url: string): Instance | undefined {
    if (!URL.canParse(url)) return undefined;
    // However the host is spelled.
    const { protocol, hostname, port } = new URL(url);
    const target = this.byHost(hostname);
    const isServed = target?.url === `${protocol}//${hostname}:${port}`;
    const open = target?.reachable && isServed && !this.cuts.has(this.cut(from.name, target.name));
    return open ? target : undefined;
  }

  async pause(): Promise<void> {
    if (this.timing.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.timing.latencyMs));
  }
}
