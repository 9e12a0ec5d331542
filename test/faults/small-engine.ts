import type { ChildProcess } from "node:child_process";
import { PartialFailure } from "../../provider/ensure";
import type { Harper } from "../../scripts/demo/harper.mts";
import { Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";
import type { Driver, Outcome } from "./driver";
import type { Declared, Program } from "./programs";

interface Kept {
  declared: Declared;
  id: string;
  state: Record<string, unknown> & { instance: string };
  /** Made in part: it is updated whatever the difference. */
  isPartial: boolean;
}

type Hooks = ReturnType<typeof resourceAt>;

/** The engine's part in one command: who it speaks to, and what it has heard. */
interface Command {
  engine: Engine;
  child: ChildProcess;
  hooks(one: Declared): Hooks;
  kill(): void;
}

/**
 * A stand-in for Pulumi's engine: in tenths of a second it does to the built plugin, in a process of its own, what `pulumi`
 * does in seconds. One resource after the other, and what fails first ends the command.
 */
export class SmallEngine implements Driver {
  private readonly stack = new Map<string, Kept>();
  private command: Command | undefined;
  timeoutSeconds = 30;

  constructor(private readonly reached: Harper) {}

  up(program: Program): Promise<Outcome> {
    return this.run(async (command) => {
      // The plugin's responses ask for it: all that is not made in part is looked at first.
      for (const kept of this.stack.values()) if (!kept.isPartial) await this.look(kept, command);
      for (const declared of program) await this.make(declared, command);
      const gone = [...this.stack.values()].filter(
        ({ declared: { name } }) => !program.some((one) => one.name === name),
      );
      for (const kept of gone.reverse()) {
        await command.hooks(kept.declared).delete(kept.state);
        this.record(command, kept.declared.name, undefined);
      }
    });
  }

  refresh(): Promise<Outcome> {
    return this.run(async (command) => {
      for (const kept of this.stack.values()) await this.look(kept, command);
    });
  }

  unchanged(program: Program): Promise<Outcome> {
    return this.run(async (command) => {
      if (program.length !== this.stack.size) throw new Error(`the stack has ${[...this.stack.keys()].join()}`);
      for (const declared of program) {
        const before = this.stack.get(declared.name);
        if (before?.isPartial) throw new Error(`${declared.name} is made in part`);
        const now = before && (await this.look(before, command));
        if (!now) throw new Error(`${declared.name} is not there`);
        const { changes, changed } = await command.hooks(declared).diff(now.state, declared.inputs);
        if (changes) throw new Error(`${declared.name} differs in ${changed.join()}`);
      }
    });
  }

  /** It keeps nothing of what was under way, so there is nothing to repair. */
  async repair(): Promise<Outcome> {
    return { ok: true, said: "" };
  }

  async names(): Promise<string[]> {
    return [...this.stack.keys()].sort();
  }

  async kept(): Promise<string> {
    return JSON.stringify([...this.stack]);
  }

  async killProvider(): Promise<void> {
    this.command?.child.kill("SIGKILL");
  }

  /** The plugin goes on without it, as it does when Pulumi is killed. */
  async killEngine(): Promise<void> {
    this.command?.kill();
    this.command = undefined;
  }

  private settings(): Record<string, unknown> {
    const instances = Object.entries(this.reached).map(([name, { endpoint, username, password }]) => {
      return [name, { endpoint, username, password, timeoutSeconds: this.timeoutSeconds }];
    });
    return { instances: JSON.stringify(Object.fromEntries(instances)) };
  }

  private async make(declared: Declared, command: Command): Promise<void> {
    const { inputs, name } = declared;
    const hooks = command.hooks(declared);
    const now = this.stack.get(name);
    if (!now) return this.keep(declared, command, () => hooks.create(inputs));
    const { changes, replaces } = await hooks.diff(now.state, inputs);
    if (replaces.length > 0) {
      await hooks.delete(now.state);
      this.record(command, name, undefined);
      return this.keep(declared, command, () => hooks.create(inputs));
    }
    if (!changes && !now.isPartial) return;
    await this.keep(declared, command, async () => ({ id: now.id, ...(await hooks.update(now.state, inputs)) }));
  }

  private async keep(declared: Declared, command: Command, work: () => Promise<Pick<Kept, "id" | "state">>) {
    try {
      this.record(command, declared.name, { declared, ...(await work()), isPartial: false });
    } catch (error) {
      if (error instanceof PartialFailure) {
        const { id, state } = error;
        this.record(command, declared.name, { declared, id, state: state as Kept["state"], isPartial: true });
      }
      throw error;
    }
  }

  /** As a refresh does: of what it finds it forgets that it was made in part. */
  private async look(kept: Kept, command: Command): Promise<Kept | undefined> {
    const found = await command.hooks(kept.declared).read(kept.id, kept.state);
    const now = found && { ...kept, ...found, isPartial: false };
    this.record(command, kept.declared.name, now);
    return now;
  }

  /** A killed engine writes nothing any more. */
  private record(command: Command, name: string, kept: Kept | undefined): void {
    if (this.command !== command) return;
    if (kept) this.stack.set(name, kept);
    else this.stack.delete(name);
  }

  private async run(work: (command: Command) => Promise<void>): Promise<Outcome> {
    const engine = await Engine.start();
    const { client, child } = await engine.spawn();
    const heard = engine.said;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => heard.push(String(chunk)));
    const killed = Promise.withResolvers<never>();
    const command: Command = {
      engine,
      child,
      hooks: ({ type, name }) => resourceAt(client, type, name),
      kill: () => killed.reject(new Error("the engine was killed")),
    };
    this.command = command;
    let ok = true;
    try {
      await configure(client, this.settings());
      await Promise.race([work(command), killed.promise]);
    } catch (error) {
      ok = false;
      heard.push(`error: ${(error as Error).message}`);
    }
    if (this.command === command) await engine.close();
    else engine.vanish();
    this.command = undefined;
    return { ok, said: heard.join("\n") };
  }
}
