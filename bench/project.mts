import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Command } from "./run.mts";
import { must } from "./run.mts";

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;

/** A user's project: the packed package, installed, and a program for each contender. Nothing is written outside of `work`. */
export class Project {
  readonly #folder: string;
  readonly #backend: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #stop: AbortSignal;

  /** `stop` ends what runs. */
  constructor(work: string, stop: AbortSignal) {
    this.#stop = stop;
    this.#folder = join(work, "project");
    this.#backend = join(work, "backend");
    this.#environment = {
      ...process.env,
      PULUMI_HOME: join(work, "pulumi-home"),
      PULUMI_BACKEND_URL: `file://${this.#backend}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    for (const folder of [this.#folder, join(work, "packed")]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    }
    execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", join(work, "packed")], {
      stdio: "ignore",
    });
    const [archive] = readdirSync(join(work, "packed"));
    cpSync(resolve("bench/program"), this.#folder, { recursive: true });
    cpSync(resolve("bench/engine-alone"), join(this.#folder, "provider-alone"), { recursive: true });
    this.#write("package.json", {
      private: true,
      dependencies: {
        "pulumi-harper": `file:../packed/${archive}`,
        "@pulumi/pulumi": versionOf("@pulumi/pulumi"),
        "@types/node": versionOf("@types/node"),
        typescript: versionOf("typescript"),
      },
    });
    cpSync(resolve("examples/quickstart/tsconfig.json"), join(this.#folder, "tsconfig.json"));
    const options = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    execFileSync("npm", options, { cwd: this.#folder, stdio: ["ignore", "ignore", "inherit"] });
  }

  /** What the programs declare. */
  declare(declared: object): void {
    this.#write("declared.json", declared);
  }

  /** An empty backend with a new stack. Its name is short, as users' are: it is six times in each resource of a state. */
  async newStack(program: string, connections?: object): Promise<void> {
    this.#write("Pulumi.yaml", {
      name: "bench",
      runtime: "nodejs",
      description: "Measured by make bench",
      main: `${program}.ts`,
      plugins: {
        providers: [
          { name: "harper", path: "node_modules/pulumi-harper/plugin" },
          { name: "bench", path: "provider-alone" },
        ],
      },
    });
    rmSync(this.#backend, { recursive: true, force: true });
    mkdirSync(this.#backend);
    rmSync(join(this.#folder, "Pulumi.dev.yaml"), { force: true });
    await this.pulumi("stack", "init", "dev");
    if (!connections) return;
    const setting = this.command(["config", "set", "--secret", "harper:instances"]);
    await must({ ...setting, input: JSON.stringify(connections) }, this.#stop);
  }

  command(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Command {
    const env = { ...this.#environment, ...environment };
    return { file: "pulumi", args: [...args, "--non-interactive"], cwd: this.#folder, env, role: "engine" };
  }

  /** Runs the CLI; answers what it printed. */
  async pulumi(...args: string[]): Promise<string> {
    return (await must(this.command(args), this.#stop)).output;
  }

  #write(name: string, content: unknown): void {
    writeFileSync(join(this.#folder, name), JSON.stringify(content, undefined, 2));
  }
}
