import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;

/** A user's project: the packed package, installed, and a program. Nothing is written outside of `work`. */
export class Project {
  private readonly folder: string;
  private readonly backend: string;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly stop: AbortSignal;

  /** `stop` ends what runs. */
  constructor(work: string, stop: AbortSignal) {
    this.stop = stop;
    this.folder = join(work, "project");
    this.backend = join(work, "backend");
    this.environment = {
      ...process.env,
      PULUMI_HOME: join(work, "pulumi-home"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    for (const folder of [this.folder, join(work, "packed")]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    }
    execFileSync("npm", ["pack", "--silent", "--pack-destination", join(work, "packed")], { stdio: "ignore" });
    const [archive] = readdirSync(join(work, "packed"));
    cpSync(resolve("bench/program"), this.folder, { recursive: true });
    this.write("package.json", {
      private: true,
      dependencies: {
        "pulumi-harper": `file:../packed/${archive}`,
        "@pulumi/pulumi": versionOf("@pulumi/pulumi"),
        typescript: versionOf("typescript"),
      },
    });
    this.write("Pulumi.yaml", {
      name: "bench",
      runtime: "nodejs",
      description: "Measured by make bench",
      plugins: { providers: [{ name: "harper", path: "node_modules/pulumi-harper/plugin" }] },
    });
    const options = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    execFileSync("npm", options, { cwd: this.folder, stdio: ["ignore", "ignore", "inherit"] });
  }

  /** An empty backend with a new stack. Its name is short, as users' are: it is six times in each resource of a state. */
  async newStack(config: Record<string, unknown>): Promise<void> {
    rmSync(this.backend, { recursive: true, force: true });
    mkdirSync(this.backend);
    rmSync(join(this.folder, "Pulumi.dev.yaml"), { force: true });
    await this.pulumi("stack", "init", "dev");
    for (const [key, value] of Object.entries(config)) {
      const secret = key === "harper:instances" ? ["--secret"] : [];
      await this.pulumi("config", "set", ...secret, key, typeof value === "string" ? value : JSON.stringify(value));
    }
  }

  /** Runs the CLI; answers what it printed. */
  pulumi(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args, "--non-interactive"], {
        cwd: this.folder,
        env: this.environment,
        signal: this.stop,
        killSignal: "SIGINT",
      });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (chunk) => output.push(chunk));
      child.stderr.on("data", (chunk) => errors.push(chunk));
      child.on("error", reject).on("close", (code) => {
        if (code === 0) resolve(Buffer.concat(output).toString());
        else reject(new Error(`pulumi ${args[0]} exited with ${code}\n${Buffer.concat([...output, ...errors])}`));
      });
    });
  }

  private write(name: string, content: unknown): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content, undefined, 2));
  }
}
