import type { Project } from "../project.mts";
import type { Contender } from "./contender.mts";
import { limitContender } from "./limit.mts";
import { pulumiContenders } from "./pulumi.mts";
import { terraformContenders } from "./terraform.mts";

export const allContenders = (project: Project, work: string): Contender[] => [
  ...pulumiContenders(project),
  ...terraformContenders(work),
  limitContender(work),
];
