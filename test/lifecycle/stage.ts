import { authorizationOf, emptied, peersOf, run, type World } from "./world";

type Provider = ReturnType<typeof run>;

export const dog = { database: "shop", table: "dog", subscribe: true, publish: true };
export const cat = { database: "shop", table: "cat", subscribe: true, publish: false };

/** What every test of the suite starts from: three empty instances, and a provider that was just started. */
export class Stage {
  private readonly open: () => Promise<World>;
  private opened: World | undefined;
  private running: Provider | undefined;

  constructor(open: () => Promise<World>) {
    this.open = open;
  }

  async begin(): Promise<void> {
    this.opened ??= await this.open();
    await emptied(this.opened);
    this.running = run(this.opened);
  }

  async end(): Promise<void> {
    await this.running?.close();
  }

  /** What `pulumi` does between two commands: another process of the provider. */
  async nextRun(): Promise<void> {
    await this.end();
    this.running = run(this.world);
  }

  get world(): World {
    if (!this.opened) throw new Error("the stage is not open");
    return this.opened;
  }

  get provider(): Provider {
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
