import { type ClaimSettings, claimSettings } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import type { Inputs, Resource, State } from "../../provider/resource";
import { resources } from "../../provider/resources";
import { type FakeCluster, startFakeCluster } from "../fake";

const { Node, Subscription } = resources as unknown as Record<"Node" | "Subscription", Resource>;
type Made = { id: string; state: State };

/** A stack of one Node and so many Subscriptions between two stand-ins, driven as Pulumi's engine does: so many steps at once. */
export class EdgeStack {
  readonly tables: string[];
  readonly fake: FakeCluster;
  private readonly claims: Partial<ClaimSettings>;
  private run: Lifecycle;
  /** All warnings and notes. */
  readonly said: string[] = [];
  private inputs: Inputs[] = [];
  private states: Made[] = [];
  /** What the provider takes for the time, in milliseconds. */
  now = Date.now();
  /** Steps at once. */
  parallel = 512;

  static async start(count: number, claims: Partial<ClaimSettings> = {}): Promise<EdgeStack> {
    const tables = Array.from({ length: count }, (_, index) => `t${index}`);
    return new EdgeStack(tables, await startFakeCluster({ nodes: ["us-1", "eu-1"], tables: { shop: tables } }), claims);
  }

  private constructor(tables: string[], fake: FakeCluster, claims: Partial<ClaimSettings>) {
    this.tables = tables;
    this.fake = fake;
    this.claims = claims;
    this.run = this.open();
  }

  /** Another process of the provider. */
  async nextRun(): Promise<void> {
    await this.run.close();
    this.run = this.open();
  }

  async close(): Promise<void> {
    await this.run.close();
    await this.fake.close();
  }

  /** Calls since the last time, by operation. */
  takeCalls(instance: "us-1" | "eu-1"): Record<string, number> {
    const operations = this.fake.instances[instance]?.calls.splice(0).map(({ operation }) => operation) ?? [];
    return Object.fromEntries([...Map.groupBy(operations, (name) => name)].map(([name, all]) => [name, all.length]));
  }

  /** Of the state of the last edge: its inputs and outputs, which the engine keeps beside what is its own. */
  get stateBytes(): number {
    return JSON.stringify([this.inputs.at(-1), this.states.at(-1)?.state]).length;
  }

  async createNode(): Promise<void> {
    const wanted = { target: "us", peer: "eu", hostname: "eu-1", verifyTls: false, replicateByDefault: false };
    const { inputs } = await this.run.check(Node, {}, wanted, about("eu"));
    await this.run.create(Node, inputs, about("eu"));
  }

  /** As a preview does, or an `up` before it makes something. */
  check = () =>
    this.each(async (table, index) => {
      const olds = this.states[index] ? (this.inputs[index] as Inputs) : {};
      const declared = { target: "us", node: "eu-1", database: "shop", table };
      const { inputs, failures } = await this.run.check(Subscription, olds, declared, about(table));
      if (failures.length > 0) throw new Error(JSON.stringify(failures));
      this.inputs[index] = inputs;
    });
  create = () =>
    this.each(async (table, index) => {
      this.states[index] = await this.run.create(Subscription, this.inputs[index] as Inputs, about(table));
    });
  read = () =>
    this.each((table, index) => this.run.read(Subscription, this.at(index).id, this.at(index).state, about(table)));
  diff = () =>
    this.each((table, index) =>
      this.run.diff(Subscription, this.at(index).state, this.inputs[index] as Inputs, about(table)),
    );
  delete = () => this.each((table, index) => this.run.delete(Subscription, this.at(index).state, about(table)));

  private at = (index: number) => this.states[index] as Made;

  private async each(step: (table: string, index: number) => Promise<unknown>): Promise<void> {
    const queue = this.tables.entries();
    const worker = async () => {
      for (const [index, table] of queue) await step(table, index);
    };
    await Promise.all(Array.from({ length: this.parallel }, worker));
  }

  private open(): Lifecycle {
    const connections = Object.values(this.fake.instances).map(
      ({ name, endpoint, username, password }): [string, Connection] => [
        name.slice(0, 2),
        { endpoint, username, password },
      ],
    );
    const settings = { instances: Object.fromEntries(connections), unverified: "fail" as const };
    return new Lifecycle({
      instances: new Instances(settings, { quietMs: 20, now: () => this.now }),
      unverified: "fail",
      tell: (_severity, text) => void this.said.push(text),
      claims: claimSettings(this.claims, "scale"),
    });
  }
}

const about = (name: string) => ({ urn: `urn:pulumi:dev::shop::harper:index:X::${name}`, stack: "shop/dev" });
