import type { FunctionDefinition } from "./function";
import { getClusterStatus } from "./get-cluster-status";
import { getNodes } from "./get-nodes";
import { getRoutes } from "./get-routes";

export type { FunctionDefinition } from "./function";

/** The only list of functions. */
export const functions: Record<string, FunctionDefinition> = { getClusterStatus, getNodes, getRoutes };
