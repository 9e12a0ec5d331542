import { topologyHash } from "../../topology/live/hash";
import { readLive } from "../../topology/live/read";
import type { Instances } from "../instances";
import { HarperError } from "../operations-api";

/** Nothing is written to a cluster that is not as it was when somebody approved of the change. Asked once a run. */
export class Expected {
  private readonly instances: Instances;
  private readonly hash: string | undefined;
  private asked: Promise<void> | undefined;

  constructor(instances: Instances, hash: string | undefined) {
    this.instances = instances;
    this.hash = hash;
  }

  require(): Promise<void> {
    this.asked ??= this.hash === undefined ? Promise.resolve() : this.compare(this.hash);
    return this.asked;
  }

  private async compare(expected: string): Promise<void> {
    const live = await readLive(this.instances);
    const hash = topologyHash(live);
    if (hash === expected) return;
    const [silent] = live.silent;
    throw new HarperError("moved", {
      operation: "expectedTopology",
      instance: silent?.name ?? "the cluster",
      problem: silent
        ? `harper:expectedTopology is ${expected}, and whether that is so cannot be told: ${silent.problem}`
        : `harper:expectedTopology is ${expected}, and the live topology is ${hash}`,
    });
  }
}
