// What runs with the Pulumi CLI: this project through both front ends, and what it is compared with there.
import { type Case, membersOf } from "../cases.mts";
import { onPath } from "../on-path.mts";
import type { Project } from "../project.mts";
import type { Contender, Declared, Life, Step, StepName } from "./contender.mts";

interface Way extends Pick<Contender, "name" | "about"> {
  program: string;
  /** A tool that the program runs. */
  needs?: string;
  /** Whether a plain preview asks what is there; otherwise it takes a refresh to see drift, or nothing does. */
  drift: "preview" | "refresh" | { reason: string };
  /** Whether it is told of the instances by harper:instances. */
  isOurs: boolean;
}

const ways: Way[] = [
  {
    name: "plugin",
    about: "this project, as a plugin",
    program: "plugin",
    drift: "preview",
    isOurs: true,
  },
  {
    name: "dynamic",
    about: "this project, as dynamic resources",
    program: "dynamic",
    drift: "refresh",
    isOurs: true,
  },
  {
    name: "engine alone",
    about:
      "as many resources of a provider that does nothing: the engine's, the language host's and the program's time",
    program: "engine-alone",
    drift: { reason: "it asks nobody" },
    isOurs: false,
  },
  {
    name: "shell calls",
    about: "a shell with curl for each edge, as with @pulumi/command",
    program: "shell",
    needs: "curl",
    drift: { reason: "a command has no read" },
    isOurs: false,
  },
];

const yes = ["--yes", "--skip-preview"];
const same = "--expect-no-changes";
const arguments_: Record<StepName, readonly string[]> = {
  up: ["up", ...yes],
  "no-op up": ["up", ...yes, same],
  preview: ["preview", same],
  "drift preview": ["preview", same],
  "one-edge change": ["up", ...yes],
  refresh: ["refresh", ...yes, same],
  destroy: ["destroy", ...yes],
};

export const pulumiContenders = (project: Project): Contender[] =>
  ways.map((way) => ({
    name: way.name,
    about: way.about,
    ...(way.needs && !onPath(way.needs) && { missing: `there is no ${way.needs} on PATH` }),
    begin: (one, standIn) => begin(way, one, project, standIn.connections),
  }));

async function begin(way: Way, one: Case, project: Project, connections: object): Promise<Life> {
  const declared: Declared = { members: membersOf(one), inline: one.inline ?? false, changed: false };
  project.declare({ ...declared, connections });
  await project.newStack(way.program, way.isOurs ? connections : undefined);
  const parallel = one.parallel ? [`--parallel=${one.parallel}`] : [];
  const environment = one.skipCheckpoints ? { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" } : {};
  return {
    async step(name): Promise<Step> {
      if (name === "one-edge change") project.declare({ ...declared, connections, changed: true });
      const command = project.command([...arguments_[name], ...parallel], environment);
      if (name !== "drift preview") return { command };
      if (typeof way.drift === "object") return way.drift;
      const refresh = way.drift === "refresh" ? ["--refresh"] : [];
      return {
        command: { ...command, args: [...command.args, ...refresh] },
        sawDrift: ({ code, output }) => code !== 0 && /no changes were expected/.test(output),
      };
    },
    async stateBytes() {
      const { deployment } = JSON.parse(await project.pulumi("stack", "export")) as Exported;
      const theirs = deployment.resources.filter(({ type }) => !/^pulumi:/.test(type));
      return JSON.stringify(theirs).length;
    },
  };
}

interface Exported {
  deployment: { resources: { type: string }[] };
}
