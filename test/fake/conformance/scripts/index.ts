import type { Script } from "../run";
import { answers } from "./answers";
import { explicit } from "./explicit";
import { full } from "./full";
import { notes } from "./notes";
import { oldRows, oldRowsOfFull } from "./old-rows";
import { records } from "./records";
import { routes, routesAfterRestart } from "./routes";

/** In the order they are put to real instances: full replication last, as it outlives its script. */
export const scripts: readonly Script[] = [
  ...answers,
  ...routes,
  ...explicit,
  ...oldRows,
  ...records,
  ...full,
  ...notes,
  ...oldRowsOfFull,
  ...routesAfterRestart,
];
