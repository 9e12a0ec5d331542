import { AsyncLocalStorage } from "node:async_hooks";

/** What is known of the work that calls are made for: whoever begins the work says it, all that it calls can tell. */
export interface Scope {
  /** Milliseconds that whoever waits grants a write, where that is more than the connection's own limit. */
  patienceMs?: number;
  /** From now on it is not given up when all is cancelled: what was begun on an instance is better done than broken off. */
  hasBegun?: boolean;
  /** It only looks, and nothing was written yet: one look at each instance does for all that is compared with it. */
  looks?: boolean;
  /** Whoever asks asks again by himself, and wants to know that an instance is away. */
  isPoll?: boolean;
}

export const scope = new AsyncLocalStorage<Scope>();

/** The work in hand has come to where it changes something. */
export function begin(): void {
  const here = scope.getStore();
  if (here) here.hasBegun = true;
}

export const hasBegun = (): boolean => scope.getStore()?.hasBegun === true;

export const isLooking = (): boolean => scope.getStore()?.looks === true;

/** How long whoever waits grants the work in hand, where that is bounded. */
export const patienceMs = (): number | undefined => scope.getStore()?.patienceMs;

/** Work that asks again by itself: an instance that is away is not waited for. */
export const polling = <T>(work: () => Promise<T>): Promise<T> =>
  scope.run({ ...scope.getStore(), isPoll: true }, work);
