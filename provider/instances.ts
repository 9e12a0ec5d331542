import { setTimeout } from "node:timers/promises";
import { Burst, type Outcome } from "./burst";
import { type Settings, soleInstance } from "./config";
import { JoinTurns } from "./join-turns";
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
import { Wave } from "./wave";

/** How long to wait for instances that do not answer, and how long to do without asking them again. */
const patienceMs = 5000;
const unknownMs = 30_000;

/** A resource's `target`: a name in harper:instances, a connection of its own, or nothing where there is only one. */
export type Target = string | Connection | undefined;

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
  burst<T>(write: (instance: Instance, items: T[]) => Promise<Outcome[]>): Burst<T> {
    const inTurn = (items: T[]) => this.lane.bursts.take(() => write(this, items));
    const burst = this.#bursts.get(write) ?? (new Burst<T>(inTurn) as Burst<unknown>);
    this.#bursts.set(write, burst);
    return burst as Burst<T>;
  }
}

/** All instances that this process knows, each connected once. */
export class Instances {
  readonly #connected = new Map<string, Instance>();
  /** By where the endpoint is. */
  private readonly lanes = new Map<string, Lane>();
  private readonly slots: Slots;
  private readonly asked = new Map<string, { until: number; instance: Promise<Instance | undefined> }>();
  private readonly joins = new JoinTurns();
  private silent: { until: number } | undefined;
  /** Told of each instance when it is used first. */
  onConnect: (instance: Instance) => void = () => {};
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
  }

  get names(): string[] {
    return Object.keys(this.#settings.instances);
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
    const isKnown = target === undefined ? this.names.length === 1 : this.names.includes(target);
    if (isKnown || (target === undefined && this.names.includes(soleInstance))) return undefined;
    const reason =
      target === undefined
        ? `is missing: name one of harper:instances (${this.known()})`
        : `"${target}" is not in harper:instances (${this.known()})`;
    return { path: "", reason };
  }

  /** The instance behind a target. Throws HarperError `invalid` where there is none. */
  at(target: Target): Instance {
    const problem = this.problemWith(target);
    if (problem)
      throw new HarperError("invalid", {
        operation: "target",
        instance: typeof target === "string" ? target : "?",
        problem: `${problem.path ? `target${problem.path} ` : ""}${problem.reason}`,
        advice: "Name one that is configured, or configure it.",
      });
    if (typeof target === "object") return this.connect(readEndpoint(target.endpoint).name, target);
    const name = target ?? (this.names.includes(soleInstance) ? soleInstance : (this.names[0] as string));
    return this.connect(name, this.#settings.instances[name] as Connection);
  }

  /**
   * The configured instance that reports this name of itself. One that does not answer is not waited for once another
   * one is it, nor for long: it blocks nothing but its own writes.
   */
  reporting(nodeName: string): Promise<Instance | undefined> {
    const kept = this.asked.get(nodeName);
    if (kept && performance.now() < kept.until) return kept.instance;
    const asked = this.names.map(async (name) => {
      const instance = this.at(name);
      if ((await instance.client.nodeName()).toLowerCase() !== nodeName.toLowerCase())
        throw new Error(`${name} is another`);
      return instance;
    });
    const found = Promise.any(asked).catch(() => undefined);
    const entry = {
      until: Number.POSITIVE_INFINITY,
      instance: Promise.race([found, setTimeout(patienceMs, undefined, { ref: false })]),
    };
    this.asked.set(nodeName, entry);
    void entry.instance.then((instance) => {
      if (!instance) entry.until = performance.now() + unknownMs;
    });
    return entry.instance;
  }

  /** The same among those that have said their name already; nobody is asked. */
  reported(nodeName: string): Instance | undefined {
    const isMeant = ({ client }: Instance) => client.lastRead.nodeName?.toLowerCase() === nodeName.toLowerCase();
    return [...this.#connected.values()].find(isMeant);
  }

  /** Whether a node that none reports to be may be a configured one that does not answer. Who is gone for good is not waited for. */
  async mayBeSilent(): Promise<boolean> {
    if (this.silent && performance.now() < this.silent.until) return true;
    const asked = this.names.map(async (name) => {
      const { client, connection } = this.at(name);
      const answers = client.nodeName().then(
        () => true,
        () => connection.gone === true,
      );
      return Promise.race([answers, setTimeout(patienceMs, false, { ref: false })]);
    });
    const isSilent = (await Promise.all(asked)).includes(false);
    // Who waited for one that hangs has waited for all.
    if (isSilent) this.silent = { until: performance.now() + unknownMs };
    return isSilent;
  }

  /** Whether a node is, by its name or host, one that the configuration says is gone for good. */
  isGone(nodeName: string): boolean {
    return Object.entries(this.#settings.instances).some(
      ([name, { endpoint, gone }]) => gone === true && (name === nodeName || hostOf(endpoint) === nodeName),
    );
  }

  /** One at a time, but for who hangs: for what touches both ends. */
  inTurn<T>(ends: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.joins.take(ends, work);
  }

  /** How many turns have ended. */
  get turnsTaken(): number {
    return this.joins.taken;
  }

  /** Gives up what is under way with every instance. */
  cancel(): void {
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
    client.onWrite = (operation, request) => this.onWrite?.(instance, operation, request) ?? (() => {});
    this.#connected.set(key, instance);
    this.onConnect(instance);
    return instance;
  }

  private known(): string {
    return this.names.length > 0
      ? this.names.map((name) => `"${name}"`).join(", ")
      : "which is empty: set it with `pulumi config`, HARPER_INSTANCES or the provider's arguments";
  }
}
