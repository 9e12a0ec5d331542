import type { Script } from "../run";
import { answers } from "./answers";
import { explicit } from "./explicit";
import { full } from "./full";
import { records } from "./records";
import { routes, routesAfterRestart } from "./routes";

/** In the order they are put to real instances: first what wants clean ones, last what spoils the process. */
export const scripts: readonly Script[] = [
  ...answers,
  ...full,
  ...routes,
  ...explicit,
  ...records,
  ...routesAfterRestart,
];
