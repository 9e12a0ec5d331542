import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { poll } from "../../scripts/demo/harper.mts";
import { Inspector } from "./inspector";
import { type Held, heldBy } from "./processes";
import type { Sample } from "./verdict";

const withinMs = 20_000;
/** What a command had open is closed so long after it. The inspector's connection stays. */
const restMs = 3000;

/** What the provider's process was asked, and what it asked of instances, since it began. */
export interface Counted {
  rpcs: number;
  calls: number;
}

/** The plugin as it was installed, in one process to which every command attaches. */
export class Plugin {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly inspector: Inspector,
  ) {}

  static async start(installed: string, log: string): Promise<Plugin> {
    const options = `--inspect=127.0.0.1:0 --require=${resolve("test/soak/count.cjs")}`;
    const child = spawn(join(installed, "plugin", "pulumi-resource-harper"), [], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: options },
      // Who interrupts the soak at a terminal interrupts its children, too; this one is ended last.
      detached: true,
    });
    const file = createWriteStream(log);
    const ended = new Promise<never>((_, fail) => {
      child.once("error", fail).once("exit", (code) => fail(new Error(`the plugin ended with ${code}: ${log}`)));
    });
    ended.catch(() => {});
    const late = AbortSignal.timeout(withinMs);
    const lineOf = (stream: NodeJS.ReadableStream, pattern: RegExp) =>
      new Promise<string>((done, fail) => {
        late.addEventListener("abort", () => fail(new Error(`the plugin did not start within ${withinMs / 1000} s`)));
        createInterface({ input: stream }).on("line", (line) => {
          file.write(`${line}\n`);
          const [, found] = pattern.exec(line) ?? [];
          if (found) done(found);
        });
      });
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error("the plugin has no output");
    const said = Promise.all([lineOf(stdout, /^(\d+)$/), lineOf(stderr, /^Debugger listening on (\S+)$/)]);
    const [port, address] = await Promise.race([said, ended]);
    return new Plugin(child, Number(port), await Inspector.open(address));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  counted(): Promise<Counted> {
    return this.inspector.evaluate("globalThis.counted");
  }

  /** What it holds now; with `heap` after a collection of garbage. */
  async held({ heap }: { heap: boolean }): Promise<Omit<Sample, "seconds" | "edits">> {
    const isAtRest = ({ connections }: Held) => connections <= 1;
    // Memory first, as a collection gives some back.
    const held = await poll(async () => heldBy(this.pid), isAtRest, restMs);
    return { ...held, ...(heap && { heap: await this.inspector.liveHeap() }) };
  }

  async end(): Promise<void> {
    this.inspector.close();
    if (this.hasEnded) return;
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), withinMs);
    await gone;
    clearTimeout(timer);
  }
}
