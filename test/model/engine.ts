import { setTimeout } from "node:timers/promises";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import type { Inputs, Resource, State } from "../../provider/resource";
import { resources } from "../../provider/resources";
import { inputsIn, writeOnlyIn } from "../../provider/states";
import { unknown } from "../../provider/unknown";
import type { Declaration, TypeName } from "./program";

/** What the engine's state keeps of one resource. */
interface Kept {
  urn: string;
  type: TypeName;
  id: string;
  inputs: Inputs;
  state: State;
  after: string[];
}

export interface Change {
  urn: string;
  what: string;
}

/** Which of those that could begin begins next, and after how long: what the engine leaves to chance. */
export interface Schedule {
  /** How many steps are under way at most. */
  width: number;
  picks: number[];
}

export interface Engine {
  /** The plugin is told URNs, and its objects are read before every command; the dynamic provider's are not. */
  frontEnd: "plugin" | "dynamic";
  /** Divides every wait of the provider. */
  haste: number;
}

/** One stack, and what Pulumi's engine does with it through the core: every command is another run of the provider. */
export class Stack {
  readonly kept = new Map<string, Kept>();
  /** What the provider said in the last command. */
  said: string[] = [];
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  up(program: Declaration[], connections: Record<string, Connection>, schedule: Schedule): Promise<Change[]> {
    return this.command(connections, async (lifecycle) => {
      if (this.engine.frontEnd === "plugin") await this.refresh(lifecycle);
      return new Update(this, lifecycle, schedule).run(program);
    });
  }

  destroy(connections: Record<string, Connection>, schedule: Schedule): Promise<Change[]> {
    return this.command(connections, async (lifecycle) => {
      if (this.engine.frontEnd === "plugin") await this.refresh(lifecycle);
      return new Update(this, lifecycle, schedule).run([]);
    });
  }

  /** `pulumi preview --refresh`: what was changed behind the state, and what `up` would change. */
  preview(program: Declaration[], connections: Record<string, Connection>): Promise<Change[]> {
    return this.command(connections, async (lifecycle) => {
      const drift = await this.refresh(lifecycle);
      const changes = await this.planned(program, lifecycle);
      const gone = [...this.kept.keys()].filter((urn) => !program.some((one) => one.urn === urn));
      const unsure = this.said.filter((text) => / not verified|not checked/.test(text));
      return [
        ...drift,
        ...changes,
        ...gone.map((urn) => ({ urn, what: "delete" })),
        ...unsure.map((what) => ({ urn: "", what })),
      ];
    });
  }

  /** `pulumi import` of every resource of a program. */
  import(program: Declaration[], connections: Record<string, Connection>): Promise<void> {
    return this.command(connections, async (lifecycle) => {
      for (const { urn, type, id, after } of program) {
        const resource = resources[type] as Resource;
        const found = await lifecycle.find(resource, id);
        if (!found) throw new Error(`import of ${type} ${id}: it is not there`);
        this.kept.set(urn, { urn, type, after, ...found, inputs: inputsIn(resource, found.state) });
      }
    });
  }

  private async command<T>(
    connections: Record<string, Connection>,
    work: (lifecycle: Lifecycle) => Promise<T>,
  ): Promise<T> {
    const { haste } = this.engine;
    const sleep = (ms: number, signal?: AbortSignal) => setTimeout(ms / haste, undefined, { signal });
    const quietMs = haste === 1 ? 5 : 1;
    const instances = new Instances({ instances: connections, unverified: "keep" }, { sleep, quietMs });
    this.said = [];
    const lifecycle = new Lifecycle({
      instances,
      unverified: "keep",
      tell: (severity, text) => this.said.push(`${severity}: ${text}`),
    });
    try {
      return await work(lifecycle);
    } finally {
      await lifecycle.close();
    }
  }

  private async refresh(lifecycle: Lifecycle): Promise<Change[]> {
    const changes = await Promise.all(
      [...this.kept.values()].map(async (kept): Promise<Change[]> => {
        const resource = resources[kept.type] as Resource;
        const found = await lifecycle.read(resource, kept.id, kept.state);
        if (!found) {
          this.kept.delete(kept.urn);
          return [{ urn: kept.urn, what: "is gone" }];
        }
        const inputs = { ...inputsIn(resource, found.state), ...writeOnlyIn(resource, kept.inputs) };
        const drift = JSON.stringify(found.state) !== JSON.stringify(kept.state);
        this.kept.set(kept.urn, { ...kept, ...found, inputs });
        const what = `reads ${JSON.stringify(found.state)}, was ${JSON.stringify(kept.state)}`;
        return drift ? [{ urn: kept.urn, what }] : [];
      }),
    );
    return changes.flat();
  }

  private async planned(program: Declaration[], lifecycle: Lifecycle): Promise<Change[]> {
    const changes: Change[] = [];
    const outputs = new Map<string, Record<string, unknown>>();
    for (const { urn, type, inputs: given } of program) {
      const resource = resources[type] as Resource;
      const kept = this.kept.get(urn);
      const inputs = await checked(
        lifecycle,
        resource,
        kept,
        given((of) => outputs.get(of) as State),
      );
      const diff = kept && (await lifecycle.diff(resource, kept.state, inputs, this.about(urn)));
      const isSame = diff && !diff.changes;
      outputs.set(urn, isSame ? kept.state : await lifecycle.plan(resource, inputs, kept?.state));
      if (!diff) changes.push({ urn, what: "create" });
      else if (diff.changes)
        changes.push({ urn, what: `${diff.replaces.length > 0 ? "replace" : "update"} ${diff.changed.join()}` });
    }
    return changes;
  }

  about(urn: string) {
    return this.engine.frontEnd === "plugin" ? { urn } : {};
  }
}

async function checked(
  lifecycle: Lifecycle,
  resource: Resource,
  kept: Kept | undefined,
  given: Record<string, unknown>,
): Promise<Inputs> {
  const { inputs, failures } = await lifecycle.check(resource, kept?.inputs ?? {}, given);
  if (failures.length > 0) throw new Error(`check of ${resource.name}: ${JSON.stringify(failures)}`);
  return inputs;
}

/** One `up`: the steps of a program, as many at once as the schedule says, then the deletes. */
class Update {
  private readonly changes: Change[] = [];
  private readonly done = new Map<string, State>();
  /** Of this run: taken away to make way for a replacement. */
  private readonly makingWay = new Set<string>();
  private picked = 0;

  constructor(
    private readonly stack: Stack,
    private readonly lifecycle: Lifecycle,
    private readonly schedule: Schedule,
  ) {}

  async run(program: Declaration[]): Promise<Change[]> {
    // The engine compares one after the other, as the program registers them, and carries out side by side.
    const waiting = [...program];
    const underWay = new Map<string, Promise<string>>();
    while (waiting.length + underWay.size > 0) {
      const ready = waiting.filter(({ after }) => after.every((urn) => this.done.has(urn)));
      if (ready.length > 0 && underWay.size < this.schedule.width) {
        const next = ready[this.pick(ready.length)] as Declaration;
        waiting.splice(waiting.indexOf(next), 1);
        await this.gap();
        const step = await this.stepOf(next);
        underWay.set(
          next.urn,
          step().then(() => next.urn),
        );
        // Nobody else waits for it while others are compared.
        underWay.get(next.urn)?.catch(() => {});
      } else if (underWay.size > 0) underWay.delete(await Promise.race(underWay.values()));
      else throw new Error("the program depends on itself");
    }
    const gone = [...this.stack.kept.values()].filter(({ urn }) => !this.done.has(urn));
    await this.deleteAll(gone);
    return this.changes;
  }

  private async stepOf({ urn, type, after, inputs: given }: Declaration): Promise<() => Promise<void>> {
    const resource = resources[type] as Resource;
    const kept = this.stack.kept.get(urn);
    const wanted = await checked(
      this.lifecycle,
      resource,
      kept,
      given((of) => this.done.get(of) as State),
    );
    const about = this.stack.about(urn);
    const keep = ({ id, state }: { id: string; state: State }) => {
      this.stack.kept.set(urn, { urn, type, after, id, inputs: wanted, state });
      this.done.set(urn, state);
    };
    const create = async () => keep(await this.lifecycle.create(resource, wanted, about));
    if (!kept || this.makingWay.has(urn)) {
      this.changes.push({ urn, what: "create" });
      return create;
    }
    const diff = await this.lifecycle.diff(resource, kept.state, wanted, about);
    if (!diff.changes) return async () => keep({ id: kept.id, state: kept.state });
    const replaces = diff.replaces.length > 0;
    this.changes.push({ urn, what: `${replaces ? "replace" : "update"} ${diff.changed.join()}` });
    if (!replaces)
      return async () => {
        const { state } = await this.lifecycle.update(resource, kept.state, wanted, about);
        keep({ id: kept.id, state });
      };
    const dependents = await this.replacedWith(urn);
    return async () => {
      for (const one of [...dependents, kept]) await this.delete(one);
      await create();
    };
  }

  /** Those that would be replaced if what they take from it were not known, the last ones first. */
  private async replacedWith(urn: string): Promise<Kept[]> {
    const found: Kept[] = [];
    for (const one of this.stack.kept.values()) {
      if (!one.after.includes(urn)) continue;
      const wanted = { ...one.inputs, node: unknown } as Inputs;
      const resource = resources[one.type] as Resource;
      const { replaces } = await this.lifecycle.diff(resource, one.state, wanted, this.stack.about(one.urn));
      if (replaces.length === 0) continue;
      this.makingWay.add(one.urn);
      found.unshift(...(await this.replacedWith(one.urn)), one);
    }
    return found;
  }

  /** Those that nobody else depends on first, side by side. */
  private async deleteAll(gone: Kept[]): Promise<void> {
    let left = gone;
    while (left.length > 0) {
      const free = left.filter(({ urn }) => !left.some(({ after }) => after.includes(urn)));
      left = left.filter((one) => !free.includes(one));
      const order = [...free];
      while (order.length > 0) {
        const batch: Promise<void>[] = [];
        while (order.length > 0 && batch.length < this.schedule.width) {
          const [one] = order.splice(this.pick(order.length), 1);
          await this.gap();
          if (one) {
            this.changes.push({ urn: one.urn, what: "delete" });
            batch.push(this.delete(one));
          }
        }
        await Promise.all(batch);
      }
    }
  }

  private async delete({ urn, type, state }: Kept): Promise<void> {
    await this.lifecycle.delete(resources[type] as Resource, state, this.stack.about(urn));
    this.stack.kept.delete(urn);
  }

  private pick(of: number): number {
    const { picks } = this.schedule;
    return (picks[this.picked++ % picks.length] ?? 0) % of;
  }

  private async gap(): Promise<void> {
    const { picks } = this.schedule;
    const ms = [0, 0, 0, 2, 20, 60][(picks[this.picked++ % picks.length] ?? 0) % 6] ?? 0;
    if (ms > 0) await setTimeout(ms);
  }
}
