import { topologyHash } from "../../topology/live/hash";
import { readLive } from "../../topology/live/read";
import type { Claims } from "../claims";
import type { Instance, Instances } from "../instances";
import { HarperError } from "../operations-api";

/**
 * Nothing is written to a cluster that is not as it was when somebody approved of the change. Asked once a run: its other
 * processes learn by the lease that it was.
 */
export class Expected {
  private readonly instances: Instances;
  private readonly claims: Claims;
  private readonly hash: string | undefined;
  private asked: Promise<void> | undefined;

  constructor(instances: Instances, claims: Claims, hash: string | undefined) {
    this.instances = instances;
    this.claims = claims;
    this.hash = hash;
  }

  /** Before the first write, which is to this instance. */
  require(at: Instance): Promise<void> {
    this.asked ??= this.hash === undefined || this.hash === "any" ? Promise.resolve() : this.compare(this.hash, at);
    return this.asked;
  }

  private async compare(expected: string, first: Instance): Promise<void> {
    const live = await readLive(this.instances);
    const hash = topologyHash(live);
    if (hash === expected) return this.claims.approve(first, expected);
    const all = this.instances.names.map((name) => this.instances.at(name));
    if (await this.claims.isApproved(all, expected)) return;
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
