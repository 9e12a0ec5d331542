// One stack of one program, driven by the real CLI in a home and a backend of its own.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, type RunOptions, run } from "./run.mts";

export interface Change {
  op: string;
  /** The resource's name in the program. */
  name: string;
  /** The inputs that differ from before. */
  fields: string[];
}

/** Where Pulumi keeps everything; nothing of the user's own. */
export function pulumiEnvironment(state: string): Record<string, string> {
  mkdirSync(join(state, "backend"), { recursive: true });
  return {
    PULUMI_HOME: join(state, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(state, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of the tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Programs are type-checked by themselves, not at each command.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}

export class Stack {
  readonly folder: string;
  private readonly options: RunOptions;

  constructor(folder: string, options: Omit<RunOptions, "cwd"> = {}) {
    this.folder = folder;
    this.options = { ...options, cwd: folder };
  }

  /** Any command, whatever it comes to. */
  pulumi(...args: string[]): Promise<Outcome> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], this.options);
  }

  /** A command that has to succeed. */
  async must(...args: string[]): Promise<Outcome> {
    const outcome = await this.pulumi(...args);
    if (outcome.code !== 0)
      throw new Error(`pulumi ${args[0]}: exit code ${outcome.code}\n${outcome.stdout}${outcome.stderr}`);
    return outcome;
  }

  async init(name: string, settings: readonly string[]): Promise<void> {
    await this.must("stack", "init", name);
    if (settings.length > 0) await this.must("config", "set-all", "--path", ...settings);
  }

  up(...args: string[]): Promise<Outcome> {
    return this.pulumi("up", "--yes", "--skip-preview", ...args);
  }

  destroy(...args: string[]): Promise<Outcome> {
    return this.pulumi("destroy", "--yes", "--skip-preview", ...args);
  }

  /** What `up` would do, as preview says it; resources that stay are left out. */
  async preview(...args: string[]): Promise<Change[]> {
    const { stdout } = await this.must("preview", "--json", ...args);
    return changesIn(stdout);
  }

  /** Exit code 7 where the cluster is not as the state has it. */
  drift(): Promise<Outcome> {
    return this.pulumi("refresh", "--preview-only", "--expect-no-changes");
  }

  async state(): Promise<StackState> {
    const { stdout } = await this.must("stack", "export");
    return JSON.parse(stdout) as StackState;
  }

  /** The ids of all objects in the state, in alphabetical order. */
  async ids(): Promise<string[]> {
    const { resources = [] } = (await this.state()).deployment;
    return resources.flatMap(({ id, type }) => (id && ours.test(type) ? [id] : [])).sort();
  }

  read(): string {
    return readFileSync(join(this.folder, "index.ts"), "utf8");
  }

  /** Replaces the program. */
  write(source: string): void {
    writeFileSync(join(this.folder, "index.ts"), source);
  }

  /** Puts back the program of another folder. */
  copyFrom(folder: string): void {
    cpSync(join(folder, "index.ts"), join(this.folder, "index.ts"));
  }
}

/** The types of our resources: dynamic ones, and the plugin's. */
const ours = /^(pulumi-nodejs:dynamic\/)?harper:/;

export interface StackState {
  deployment: {
    resources?: { urn: string; id?: string; type: string; inputs?: object; outputs?: object }[];
  };
}

interface Step {
  op: string;
  urn: string;
  oldState?: { inputs?: Record<string, unknown> };
  newState?: { inputs?: Record<string, unknown> };
}

/** The steps of a preview that would change something; that objects are looked at is not one. */
export function changesIn(json: string): Change[] {
  const { steps = [] } = JSON.parse(json) as { steps?: Step[] };
  return steps
    .filter(({ op }) => !["same", "refresh", "read"].includes(op))
    .map(({ op, urn, oldState, newState }) => ({
      op,
      name: nameIn(urn),
      fields: oldState && newState ? differing(oldState.inputs ?? {}, newState.inputs ?? {}) : [],
    }));
}

const differing = (one: Record<string, unknown>, other: Record<string, unknown>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
    .sort();

/** `urn:pulumi:dev::quickstart::type::name` → `name`. */
export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? urn;
