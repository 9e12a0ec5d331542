import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Harper, names } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
import { openStack, state, type TestStack } from "../e2e/stack";
import type { Driver, Outcome } from "./driver";
import { killBelow } from "./processes";
import { type Program, sourceOf } from "./programs";

export interface FrontEnd {
  name: string;
  example: string;
  module: string;
}

/** A stack of the real CLI, on one of the two front ends. */
export class Cli implements Driver {
  private pid: number | undefined;
  private wasKilled = false;
  timeoutSeconds = 30;

  private constructor(
    private readonly stack: TestStack,
    private readonly name: string,
    private readonly frontEnd: FrontEnd,
  ) {}

  static async open(reached: Harper, frontEnd: FrontEnd): Promise<Cli> {
    const name = `faults-${frontEnd.example}`;
    const config = names.flatMap((one) => [
      ...["--plaintext", `harper:instances.${one}.endpoint=${reached[one].endpoint}`],
    ]);
    return new Cli(await openStack(name, frontEnd.example, config), name, frontEnd);
  }

  up(program: Program): Promise<Outcome> {
    this.stack.write(sourceOf(program, this.frontEnd.module));
    return this.pulumi("up", "--yes", "--skip-preview");
  }

  refresh(): Promise<Outcome> {
    return this.pulumi("refresh", "--yes", "--skip-preview");
  }

  /** On the plugin a plain preview looks at what is there. */
  unchanged(program: Program): Promise<Outcome> {
    this.stack.write(sourceOf(program, this.frontEnd.module));
    const look = this.frontEnd.example === "native" ? [] : ["--refresh"];
    return this.pulumi("preview", "--expect-no-changes", ...look);
  }

  async repair(): Promise<Outcome> {
    if (!this.wasKilled) return { ok: true, said: "" };
    this.wasKilled = false;
    const cancelled = await this.pulumi("cancel", "--yes");
    if (!this.deployment().pending_operations?.length) return cancelled;
    return this.pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
  }

  async names(): Promise<string[]> {
    const { resources = [] } = this.deployment();
    return resources
      .filter(({ type }) => /^(pulumi-nodejs:dynamic\/)?harper:/.test(type))
      .map(({ urn }) => urn.split("::").at(-1) ?? "")
      .sort();
  }

  async kept(): Promise<string> {
    const folder = join(state, "backend");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.includes(this.name));
    const texts = [...files.map((file) => join(folder, file)), this.eventLog].filter(
      (file) => existsSync(file) && statSync(file).isFile(),
    );
    return texts.map((file) => readFileSync(file, "latin1")).join("\n");
  }

  async killProvider(): Promise<void> {
    await killBelow(this.pid, /plugin\/bundle\/main\.js|dynamic-provider/);
  }

  async killEngine(): Promise<void> {
    this.wasKilled = true;
    if (this.pid) process.kill(this.pid, "SIGKILL");
  }

  private get eventLog(): string {
    return join(this.stack.folder, "events.log");
  }

  private async pulumi(...args: string[]): Promise<Outcome> {
    const events = args[0] === "cancel" ? [] : ["--event-log", this.eventLog];
    rmSync(this.eventLog, { force: true });
    const { code, stdout, stderr } = await run("pulumi", [...args, ...events, "--non-interactive", "--color=never"], {
      cwd: this.stack.folder,
      env: { PULUMI_DEBUG_COMMANDS: "true", HARPER_TIMEOUT_SECONDS: `${this.timeoutSeconds}` },
      started: (pid) => {
        this.pid = pid;
      },
    });
    return { ok: code === 0, said: `$ pulumi ${args.join(" ")}\n${stdout}${stderr}` };
  }

  /** Read from where the CLI keeps it, which is much faster than its export. */
  private deployment(): Deployment {
    const stacks = join(state, "backend", ".pulumi", "stacks");
    const files = readdirSync(stacks, { recursive: true, encoding: "utf8" });
    const file = files.find((one) => one.endsWith(`${this.name}.json`));
    if (!file) return {};
    const { checkpoint } = JSON.parse(readFileSync(join(stacks, file), "utf8")) as Checkpoint;
    return checkpoint.latest ?? {};
  }
}

interface Deployment {
  resources?: { urn: string; type: string }[];
  pending_operations?: unknown[];
}
interface Checkpoint {
  checkpoint: { latest?: Deployment };
}
