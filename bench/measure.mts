import type { Project } from "./project.mts";
import type { StandIn } from "./stand-in.mts";

export const frontEnds = ["dynamic", "plugin"] as const;

export interface Case {
  name: string;
  frontEnd: (typeof frontEnds)[number];
  count: number;
  parallel?: number;
  /** In one Node, not as resources of their own. */
  inline?: boolean;
}

export interface Step {
  command: string;
  seconds: number;
  /** On the instance, and on its peer. */
  calls: number;
  peerCalls: number;
  byOperation: ReturnType<StandIn["takeCalls"]>;
}

export interface Result extends Case {
  steps: Step[];
  state: { resources: number; bytes: number; bytesPerResource: number };
}

export const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index + 1}`);

/** One life of a stack: made, previewed, refreshed, destroyed. */
export async function measure(one: Case, project: Project, { connections, takeCalls }: StandIn): Promise<Result> {
  await project.newStack({
    "harper:instances": connections,
    "bench:tables": names(one.count),
    "bench:inline": one.inline ?? false,
    "bench:frontEnd": one.frontEnd,
  });
  const parallel = one.parallel ? [`--parallel=${one.parallel}`] : [];
  const steps: Step[] = [];
  const run = async (command: string, ...options: string[]) => {
    console.error(`${one.name}, ${one.frontEnd}: pulumi ${command}`);
    takeCalls();
    const start = performance.now();
    await project.pulumi(command, ...options, ...parallel);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const byOperation = takeCalls();
    steps.push({ command, seconds, calls: sum(byOperation.us), peerCalls: sum(byOperation.eu), byOperation });
  };
  await run("up", "--yes", "--skip-preview");
  const state = stateOf(await project.pulumi("stack", "export"));
  await run("preview", "--expect-no-changes");
  await run("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  await run("destroy", "--yes", "--skip-preview");
  return { ...one, steps, state };
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Of the resources of ours: those of the engine, such as the stack, are not counted. */
function stateOf(exported: string): Result["state"] {
  const { deployment } = JSON.parse(exported) as { deployment: { resources: { type: string }[] } };
  const ours = deployment.resources.filter(({ type }) => /^(pulumi-nodejs:dynamic\/)?harper:/.test(type));
  const bytes = JSON.stringify(ours).length;
  return { resources: ours.length, bytes, bytesPerResource: Math.round(bytes / ours.length) };
}
