import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { membersOf } from "../cases.mts";
import { isExecutable, onPath } from "../on-path.mts";
import type { Command } from "../run.mts";
import type { Contender, Life, StepName } from "./contender.mts";
import { restapiProgram, type Told } from "./restapi.mts";

const executable = "terraform-provider-restapi";
const variable = "TERRAFORM_PROVIDER_RESTAPI";

const apply = ["apply", "-auto-approve"];
const plan = ["plan", "-detailed-exitcode"];
const args: Record<StepName, readonly string[]> = {
  up: apply,
  "no-op up": apply,
  preview: plan,
  "drift preview": plan,
  "one-edge change": apply,
  refresh: ["apply", "-refresh-only", "-auto-approve"],
  destroy: ["destroy", "-auto-approve"],
};

/** Twice: as Harper needs it, and as fast as Terraform would be if Harper did not. */
export function terraformContenders(work: string): Contender[] {
  const found = find();
  const contender = (name: string, about: string, how: Pick<Told, "read" | "takesTurns">): Contender => ({
    name,
    about,
    ...found,
    async begin(one, { connections }) {
      const declared = { members: membersOf(one), inline: false, changed: false };
      // On one instance all take turns: the plain way to say so, as a chain of hundreds costs Terraform time of its own.
      const isOneByOne = how.takesTurns && one.instances === 1;
      const told = { ...declared, connections, ...how, takesTurns: how.takesTurns && !isOneByOne };
      return begin(join(work, "terraform"), found.provider, told, isOneByOne ? ["-parallelism=1"] : []);
    },
  });
  return [
    contender("terraform", "Mastercard/restapi as Harper needs it: one cluster_status at a time on an instance", {
      read: "cluster_status",
      takesTurns: true,
    }),
    contender(
      "terraform, blind",
      "Mastercard/restapi reading what says nothing of edges, all at once: its lower bound",
      {
        read: "user_info",
        takesTurns: false,
      },
    ),
  ];
}

function begin(folder: string, provider: string, told: Told, options: readonly string[]): Life {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  const overrides = `dev_overrides { "Mastercard/restapi" = ${JSON.stringify(dirname(provider))} }`;
  write("terraform.rc", `provider_installation {\n  ${overrides}\n  direct {}\n}\n`);
  write("main.tf.json", JSON.stringify(restapiProgram(told)));
  const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"), CHECKPOINT_DISABLE: "1" };
  const command = (name: StepName): Command => ({
    file: "terraform",
    args: [...args[name], ...options, "-input=false", "-no-color"],
    cwd: folder,
    env,
    role: "engine",
  });
  return {
    async step(name) {
      if (name === "one-edge change") write("main.tf.json", JSON.stringify(restapiProgram({ ...told, changed: true })));
      return name === "drift preview"
        ? { command: command(name), sawDrift: ({ code }) => code === 2 }
        : { command: command(name) };
    },
    async stateBytes() {
      const { resources } = JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8")) as {
        resources: object;
      };
      return JSON.stringify(resources).length;
    },
  };
}

/** Both have to be there; neither is fetched. */
function find(): { provider: string; missing?: string; versions?: Record<string, string> } {
  const provider = process.env[variable] ? resolve(process.env[variable]) : onPath(executable);
  if (!onPath("terraform")) return { provider: "", missing: "there is no terraform on PATH" };
  if (!provider) {
    const missing = `there is no ${executable} on PATH; ${variable} may say where it is (its source is github.com/Mastercard/terraform-provider-restapi)`;
    return { provider: "", missing };
  }
  if (!isExecutable(provider)) return { provider, missing: `the file that ${variable} names cannot be run` };
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "" };
  const said = execFileSync("terraform", ["version", "-json"], { encoding: "utf8", env });
  const { terraform_version: terraform } = JSON.parse(said) as { terraform_version: string };
  return { provider, versions: { terraform, "Mastercard/restapi": versionOf(provider) } };
}

/** As it was given, or as the executable says of its source; a build of a checkout says nothing there. */
function versionOf(provider: string): string {
  const given = process.env[`${variable}_VERSION`];
  if (given) return given;
  const digest = createHash("sha256").update(readFileSync(provider)).digest("hex").slice(0, 12);
  return `sha256 ${digest}; ${variable}_VERSION may say its version`;
}
