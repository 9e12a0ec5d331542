import { authorizationOf, emptied, peersOf, type Run, run, type Start, type World } from "./world";

export const dog = { database: "shop", table: "dog", subscribe: true, publish: true };
export const cat = { database: "shop", table: "cat", subscribe: true, publish: false };

/** What every test of the suite starts from: three empty instances, and a provider that was just started. */
export class Stage {
  private readonly open: () => Promise<World>;
  private opened: World | undefined;
  private readonly start: Start;
  private running: Run | undefined;

  constructor(open: () => Promise<World>, start: Start = async (world) => run(world)) {
    this.open = open;
    this.start = start;
  }

  async begin(): Promise<void> {
    this.opened ??= await this.open();
    await emptied(this.opened);
    this.running = await this.start(this.opened);
  }

  async end(): Promise<void> {
    await this.running?.close();
  }

  /** What `pulumi` does between two commands: another process of the provider. */
  async nextRun(): Promise<void> {
    await this.end();
    this.running = await this.start(this.world);
  }

  get world(): World {
    if (!this.opened) throw new Error("the stage is not open");
    return this.opened;
  }

  get provider(): Run {
    if (!this.running) throw new Error("no provider runs");
    return this.running;
  }

  us = () => this.world.instances.us.reports;

  /** Inputs of a Node for `eu` on `us`, in the three ways. */
  eu = () => ({
    target: "us",
    hostname: this.world.instances.eu.reports,
    verifyTls: false,
    authorization: authorizationOf(this.world.instances.eu.connection),
  });
  explicit = () => ({ ...this.eu(), replicateByDefault: false });
  inline = (...subscriptions: object[]) => ({ ...this.eu(), subscriptions });

  /** Inputs of a Subscription between `us` and `eu`. */
  edge = (rest: object) => ({ target: "us", node: this.world.instances.eu.reports, ...rest });

  names = async (of: "us" | "eu" | "ap") => (await peersOf(this.world, of)).map(({ name }) => name).sort();

  /** What an instance has of its peer; a row of its own, which full replication leaves behind, does not count. */
  edges = async (of: "us" | "eu") => {
    const peer = this.world.instances[of === "us" ? "eu" : "us"].reports;
    const row = (await peersOf(this.world, of)).find(({ name }) => name === peer);
    return row?.subscriptions?.filter((entry) => entry.subscribe || entry.publish);
  };
}
