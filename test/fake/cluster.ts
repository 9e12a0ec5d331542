import { Clock } from "./clock";
import type { Instance } from "./instance";

export interface Timing {
  /** Before every answer. */
  latencyMs: number;
  /** From "connect" or "changed" to what it brings about on the other side. */
  connectMs: number;
  /** How long a restarting instance cannot be reached, from `restartDelayMs` after its answer. */
  restartMs: number;
  restartDelayMs: number;
}

/** What the instances share: the clock, the network and the pace. */
export class Cluster {
  readonly clock = new Clock();
  readonly instances = new Map<string, Instance>();
  #pid = 1000;

  constructor(
    readonly version: string,
    readonly timing: Timing,
  ) {}

  nextPid(): number {
    this.#pid += 1;
    return this.#pid;
  }

  byHost(hostname: string): Instance | undefined {
    return this.instances.get(hostname);
  }

  async pause(): Promise<void> {
    if (this.timing.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.timing.latencyMs));
  }
}
