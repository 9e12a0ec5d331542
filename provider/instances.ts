import { Burst, type Outcome } from "./burst";
import { type Settings, soleInstance } from "./config";
import { JoinTurns, type Turn } from "./join-turns";
import { NodeNames } from "./node-names";
import {
  type Connection,
  connectionProblems,
  connectionSchema,
  HarperClient,
  HarperError,
  hostOf,
  Lane,
  readEndpoint,
  Slots,
  type Surroundings,
  type WriteOutcome,
} from "./operations-api";
import { parsed } from "./parsed";
import { ReadAhead } from "./read-ahead";
import { Wave } from "./wave";

/** A resource's `target`: a name in harper:instances, a connection of its own, or nothing where there is only one. */
export type Target = string | Connection | undefined;

type Writing<T> = (instance: Instance, items: T[]) => Promise<Outcome[]>;

/** One instance of Harper, and what is under way with it in this process. */
export class Instance {
  readonly name: string;
  readonly client: HarperClient;
  private readonly lane: Lane;
  // What holds credentials is private in earnest, so that nobody prints them by printing an instance.
  readonly #connection: Connection;
  readonly #bursts = new Map<unknown, Burst<unknown>>();

  constructor(name: string, connection: Connection, surroundings: Partial<Surroundings>, lane: Lane) {
    this.name = name;
    this.#connection = connection;
    this.lane = lane;
    this.client = new HarperClient(name, connection, surroundings, lane);
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** What another instance joins this one with: what was configured for it, in the form of `authorization`. */
  get authorization(): { username: string; password: string } | string | undefined {
    const { username, password, token } = this.#connection;
    if (token) return `Bearer ${token}`;
    return username === undefined ? undefined : { username, password: password ?? "" };
  }

  /** The burst in which this kind of write goes to this instance; `write` also tells kinds apart. */
  burst<T>(write: Writing<T>): Burst<T> {
    return this.burstOf(write, (items) => this.lane.bursts.take(() => write(this, items)));
  }

  /** The same for rows of our own, which nothing else waits for. */
  notesBurst<T>(write: Writing<T>): Burst<T> {
    return this.burstOf(write, (items) => write(this, items));
  }

  private burstOf<T>(write: Writing<T>, work: (items: T[]) => Promise<Outcome[]>): Burst<T> {
    const burst = this.#bursts.get(write) ?? (new Burst<T>(work) as Burst<unknown>);
    this.#bursts.set(write, burst);
    return burst as Burst<T>;
  }
}

/** All instances that this process knows, each connected once. */
export class Instances {
  readonly #connected = new Map<string, Instance>();
  /** Those of harper:instances, by what they are called there. */
  readonly #configured = new Map<string, Instance>();
  /** By where the endpoint is. */
  private readonly lanes = new Map<string, Lane>();
  private readonly slots: Slots;
  private readonly joins = new JoinTurns();
  private readonly nodeNames: NodeNames<Instance>;
  private readonly ahead: ReadAhead<Instance>;
  private readonly gone: Set<string>;
  private isCancelled = false;
  /** Told of each instance when it is used first. */
  onConnect: (instance: Instance) => void = () => {};
  /** What they are called in harper:instances. */
  readonly names: readonly string[];
  readonly #settings: Settings;
  private readonly surroundings: Partial<Surroundings>;
  /** What the engine lets us create, update and delete at once. */
  readonly wave: Wave;
  /** Whether anything was written to any of them. */
  hasWritten = false;
  /** What comes before every write, to whichever instance. */
  beforeWrite: ((instance: Instance) => Promise<void>) | undefined;
  /** Told of each write, as a Caller tells it. */
  onWrite:
    | ((instance: Instance, operation: string, request: Record<string, unknown>) => (outcome: WriteOutcome) => void)
    | undefined;

  constructor(settings: Settings, surroundings: Partial<Surroundings> & { quietMs?: number } = {}) {
    this.#settings = settings;
    this.surroundings = surroundings;
    this.slots = new Slots(settings.maxTotalConcurrency);
    this.wave = new Wave(surroundings.quietMs);
    const configured = Object.entries(settings.instances);
    this.names = configured.map(([name]) => name);
    this.gone = new Set(
      configured.flatMap(([name, { endpoint, gone }]) => (gone ? [name, hostOf(endpoint) ?? name] : [])),
    );
    const byHost = configured.map(([name, { endpoint }]) => [(hostOf(endpoint) ?? name).toLowerCase(), name] as const);
    const called = this.names.map((name) => [name.toLowerCase(), name] as const);
    const likely = new Map([...byHost, ...called]);
    this.nodeNames = new NodeNames(
      () => this.names.map((name) => this.at(name)),
      (nodeName) => (likely.has(nodeName) ? this.at(likely.get(nodeName)) : undefined),
    );
    this.ahead = new ReadAhead(this.names, (name) => this.at(name));
  }

  /** Why `target` names no instance, and the path of the field below it that is wrong; undefined where it does. */
  problemWith(target: Target): { path: string; reason: string } | undefined {
    if (typeof target === "object") {
      // A state may hold anything.
      const [issue] = parsed(connectionSchema, target).error?.issues ?? [];
      if (issue) return { path: issue.path.map((key) => `.${String(key)}`).join(""), reason: issue.message };
      const [problem] = connectionProblems(target);
      return problem && { path: `.${problem.property}`, reason: problem.reason };
    }
    const isKnown = target === undefined ? this.usual !== undefined : this.has(target);
    if (isKnown) return undefined;
    const reason =
      target === undefined
        ? `is missing: name one of harper:instances (${this.known()})`
        : `"${target}" is not in harper:instances (${this.known()})`;
    return { path: "", reason };
  }

  /** The instance behind a target. Throws HarperError `invalid` where there is none. */
  at(target: Target): Instance {
    const name = target ?? this.usual;
    const known = typeof name === "string" ? this.#configured.get(name) : undefined;
    if (known) return known;
    const problem = this.problemWith(target);
    if (problem)
      throw new HarperError("invalid", {
        operation: "target",
        instance: typeof target === "string" ? target : "?",
        problem: `${problem.path ? `target${problem.path} ` : ""}${problem.reason}`,
        advice: "Name one that is configured, or configure it.",
      });
    if (typeof target === "object") return this.connect(readEndpoint(target.endpoint).name, target);
    const instance = this.connect(name as string, this.#settings.instances[name as string] as Connection);
    this.#configured.set(instance.name, instance);
    return instance;
  }

  /** The configured instance that reports this name of itself: see NodeNames. */
  reporting(nodeName: string): Promise<Instance | undefined> {
    return this.nodeNames.reporting(nodeName);
  }

  /** The same among those that have said their name already; nobody is asked. */
  reported(nodeName: string): Instance | undefined {
    return this.nodeNames.reported(nodeName);
  }

  /** Whether a node that none reports to be may be a configured one that does not answer. */
  mayBeSilent(): Promise<boolean> {
    return this.nodeNames.mayBeSilent();
  }

  /** Whether a node is, by its name or host, one that the configuration says is gone for good. */
  isGone(nodeName: string): boolean {
    return this.gone.has(nodeName);
  }

  /** To be called before an instance is looked at: see ReadAhead. */
  lookAhead(from: Instance): void {
    this.ahead.from(from);
  }

  /** What touches both ends: see JoinTurns. */
  inTurn<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    return this.joins.take(turn, work);
  }

  /** How many turns have ended. */
  get turnsTaken(): number {
    return this.joins.taken;
  }

  /** Gives up what is under way with every instance, and all that has not begun. */
  cancel(): void {
    this.isCancelled = true;
    for (const { client } of this.#connected.values()) client.cancel();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connected.values()].map(({ client }) => client.close()));
  }

  private connect(name: string, connection: Connection): Instance {
    const key = JSON.stringify([name, connection]);
    const known = this.#connected.get(key);
    if (known) return known;
    const place = readEndpoint(connection.endpoint).key;
    const lane = this.lanes.get(place) ?? new Lane(this.slots);
    this.lanes.set(place, lane);
    const instance = new Instance(name, connection, this.surroundings, lane);
    const { client } = instance;
    client.beforeWrite = async () => {
      this.hasWritten = true;
      await this.beforeWrite?.(instance);
    };
    client.onNodeName = (nodeName) => this.nodeNames.hear(nodeName, instance);
    client.onLook = (look) => this.ahead.hear(look);
    client.onWrite = (operation, request) => this.onWrite?.(instance, operation, request) ?? (() => {});
    if (this.isCancelled) client.cancel();
    this.#connected.set(key, instance);
    this.onConnect(instance);
    return instance;
  }

  private has(name: string): boolean {
    return Object.hasOwn(this.#settings.instances, name);
  }

  /** What a resource without a target means. */
  private get usual(): string | undefined {
    if (this.names.length === 1) return this.names[0];
    return this.has(soleInstance) ? soleInstance : undefined;
  }

  private known(): string {
    return this.names.length > 0
      ? this.names.map((name) => `"${name}"`).join(", ")
      : "which is empty: set it with `pulumi config`, HARPER_INSTANCES or the provider's arguments";
  }
}
