import { clusterPids } from "./place";
import type { Plugin } from "./plugin";
import { memoryOf } from "./processes";
import type { Sample } from "./verdict";

const heapEverySeconds = 60;

/** What the provider's process holds between two commands, and the instances beside it. */
export class Watch {
  readonly samples: Sample[] = [];
  /** Megabytes of all instances together, by the second. */
  readonly instances: { seconds: number; rss: number }[] = [];
  private readonly start = performance.now();
  private heapAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly plugin: Plugin) {}

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  get last(): Sample | undefined {
    return this.samples.at(-1);
  }

  /** To be called when no command runs. Garbage is collected once a minute, to count what lives. */
  async rest(edits: number): Promise<void> {
    const { seconds } = this;
    const heap = seconds - this.heapAt >= heapEverySeconds;
    if (heap) {
      this.heapAt = seconds;
      const all = (await clusterPids()).map(memoryOf);
      this.instances.push({ seconds, rss: all.reduce((sum, each) => sum + each, 0) });
    }
    this.samples.push({ seconds, edits, ...(await this.plugin.held({ heap })) });
  }
}
