import { AsyncLocalStorage } from "node:async_hooks";
import type { Step } from "./lines";

/** A step that is under way. */
export interface Running extends Step {
  /** When its last call was answered. */
  answeredAt?: number;
}

const current = new AsyncLocalStorage<readonly Running[]>();

/** The steps that the work in hand is for. */
export const stepsNow = (): readonly Running[] => current.getStore() ?? [];

export const inSteps = <T>(steps: readonly Running[], work: () => T): T => current.run(steps, work);
