import { setTimeout } from "node:timers/promises";

/** How long to wait for instances that do not answer, and how long to do without asking them again. */
const patienceMs = 5000;
const unknownMs = 30_000;
/** How long whom the configuration calls so is asked alone, and how long all who look for a name share one round of questions. */
const aloneMs = 500;
const roundMs = 1000;

/** All are asked together, for whoever looks for a name at about that time. */
interface Round<I> {
  until: number;
  said: Map<string, I>;
  waiting: Map<string, (instance: I) => void>;
  ended: Promise<unknown>;
}

interface Asked {
  client: { nodeName(): Promise<string> };
  connection: { gone?: boolean | undefined };
}

/** Which instance reports which node name of itself. A thousand of them are asked once, and found without a search. */
export class NodeNames<I extends Asked> {
  private readonly configured: () => I[];
  private readonly likely: (nodeName: string) => I | undefined;
  private readonly heard = new Map<string, I>();
  private readonly asked = new Map<string, { until: number; instance: Promise<I | undefined> }>();
  private round: Round<I> | undefined;
  private silence: { is: boolean; until: number } | undefined;

  /** `likely` is whom to ask first, and perhaps alone. */
  constructor(configured: () => I[], likely: (nodeName: string) => I | undefined) {
    this.configured = configured;
    this.likely = likely;
  }

  /** To be told of each instance that has said its name. */
  hear(nodeName: string, instance: I): void {
    const name = nodeName.toLowerCase();
    if (this.heard.has(name)) return;
    this.heard.set(name, instance);
    // Whoever asked before, and waited in vain, is not to go on without it.
    this.asked.set(name, { until: Number.POSITIVE_INFINITY, instance: Promise.resolve(instance) });
  }

  /** Who has said to be it; nobody is asked. */
  reported(nodeName: string): I | undefined {
    return this.heard.get(nodeName.toLowerCase());
  }

  /**
   * The configured instance that reports this name of itself. One that does not answer is not waited for once another
   * one is it, nor for long: it blocks nothing but its own writes.
   */
  reporting(nodeName: string): Promise<I | undefined> {
    // A state may hold anything.
    const name = String(nodeName).toLowerCase();
    const kept = this.asked.get(name);
    if (kept && performance.now() < kept.until) return kept.instance;
    const entry = {
      until: Number.POSITIVE_INFINITY,
      instance: Promise.race([this.find(name), setTimeout(patienceMs, undefined, { ref: false })]),
    };
    this.asked.set(name, entry);
    void entry.instance.then((instance) => {
      if (!instance) entry.until = performance.now() + unknownMs;
    });
    return entry.instance;
  }

  /** Whether a node that none reports to be may be a configured one that does not answer. Who is gone for good is not waited for. */
  async mayBeSilent(): Promise<boolean> {
    if (this.silence && performance.now() < this.silence.until) return this.silence.is;
    const asked = this.configured().map(({ client, connection }) =>
      client.nodeName().then(
        () => true,
        () => connection.gone === true,
      ),
    );
    const answers = await Promise.race([Promise.all(asked), setTimeout(patienceMs, [false], { ref: false })]);
    const is = answers.includes(false);
    // Who waited for one that hangs has waited for all; who has said its name is asked no more.
    this.silence = { is, until: is ? performance.now() + unknownMs : Number.POSITIVE_INFINITY };
    return is;
  }

  private async find(name: string): Promise<I | undefined> {
    const likely = this.likely(name);
    const says = likely?.client.nodeName().catch(() => undefined);
    const alone = says && (await Promise.race([says, setTimeout(aloneMs, undefined, { ref: false })]));
    if (alone?.toLowerCase() === name) return likely;
    const round = this.ask();
    return round.said.get(name) ?? heardIn(round, name);
  }

  private ask(): Round<I> {
    if (this.round && performance.now() < this.round.until) return this.round;
    const said = new Map<string, I>();
    const waiting = new Map<string, (instance: I) => void>();
    const asked = this.configured().map(async (instance) => {
      const name = (await instance.client.nodeName()).toLowerCase();
      said.set(name, instance);
      waiting.get(name)?.(instance);
    });
    this.round = { until: performance.now() + roundMs, said, waiting, ended: Promise.allSettled(asked) };
    return this.round;
  }
}

/** Who says this name first; undefined when all have said another one, or nothing. */
function heardIn<I>({ waiting, ended }: Round<I>, name: string): Promise<I | undefined> {
  const { promise, resolve } = Promise.withResolvers<I | undefined>();
  waiting.set(name, resolve);
  void ended.then(() => resolve(undefined));
  return promise;
}
