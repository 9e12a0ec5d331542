import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { type Harper, names, readHarper, settings } from "../../scripts/demo/harper.mts";
import { copyProgram } from "../../scripts/demo/packed.mts";
import type { Outcome } from "../../scripts/demo/run.mts";
import { Stack } from "../../scripts/demo/stack.mts";

export const project = resolve(__dirname, "../..");
export const state = join(project, ".cache", "test");
export const programs = join(state, "programs");

/** The cluster of setup.ts. */
export const harper = (): Harper => readHarper(process.env.PULUMI_HARPER_TEST_CLUSTER ?? "");

/** The settings that the examples take. */
export const hostnames = (): string[] => [
  ...names.flatMap((name) => ["--plaintext", `hostnames.${name}=${harper()[name].address}`]),
  ...["--plaintext", "verifyTls=false"],
];

/** The same program on both front ends. */
export const frontEnds = [
  { name: "dynamic provider", example: "quickstart", module: "pulumi-harper" },
  { name: "plugin", example: "native", module: "pulumi-harper/native" },
] as const;

/** A new stack of a copy of an example, on the cluster. */
export const openStack = (name: string, example: string, config: readonly string[] = hostnames()) =>
  openStackOn(Object.values(harper()), name, example, [...settings(harper()), ...config]);

/** The same on other instances, whose passwords are not to be printed. */
export async function openStackOn(
  instances: readonly { password: string }[],
  name: string,
  example: string,
  config: readonly string[],
) {
  const folder = join(programs, name);
  rmSync(folder, { recursive: true, force: true });
  copyProgram(join(project, "examples", example), folder);
  // Here the package is installed once, above all programs.
  const description = join(folder, "Pulumi.yaml");
  const text = readFileSync(description, "utf8");
  writeFileSync(description, text.replace("path: node_modules/", "path: ../node_modules/"));
  const stack = new TestStack(
    folder,
    instances.map(({ password }) => password),
  );
  await stack.init(name, config);
  return stack;
}

const pluginStanza = (
  readFileSync(join(project, "examples", "native", "Pulumi.yaml"), "utf8").split(/(?=^plugins:)/m)[1] ?? ""
).replace("path: node_modules/", "path: ../node_modules/");

/** Every command's output is kept for secrets.test.ts and, first of all, searched for passwords. */
export class TestStack extends Stack {
  private readonly passwords: readonly string[];

  constructor(folder: string, passwords: readonly string[]) {
    super(folder);
    this.passwords = passwords;
  }

  /** As a user does it: a changed import line, and the stanza that says where the plugin lies. */
  usePlugin(): void {
    this.write(this.read().replace('from "pulumi-harper"', 'from "pulumi-harper/native"'));
    const file = join(this.folder, "Pulumi.yaml");
    const text = readFileSync(file, "utf8");
    if (!text.includes(pluginStanza)) writeFileSync(file, text + pluginStanza);
  }

  override async pulumi(...args: string[]): Promise<Outcome> {
    const outcome = await super.pulumi(...args);
    const said = outcome.stdout + outcome.stderr;
    mkdirSync(join(state, "output"), { recursive: true });
    appendFileSync(
      join(state, "output", "commands.log"),
      `$ pulumi ${args[0]} (${outcome.seconds.toFixed(1)} s)\n${said}\n`,
    );
    for (const password of this.passwords) expect(said.includes(password), "a password is printed").toBe(false);
    return outcome;
  }
}
