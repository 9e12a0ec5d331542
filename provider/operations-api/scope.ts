import { AsyncLocalStorage } from "node:async_hooks";

/** A step that calls are made for. */
export interface Work {
  /** From now on it is not given up when all is cancelled: what was begun on an instance is better done than broken off. */
  hasBegun: boolean;
  /** Ends it before it has begun: whoever wanted it waits no more. */
  signal?: AbortSignal;
}

/** What is known of the work that calls are made for: whoever begins the work says it, all that it calls can tell. */
export interface Scope {
  /** Milliseconds that whoever waits grants a write, where that is more than the connection's own limit. */
  patienceMs?: number | undefined;
  works?: readonly Work[];
  /** It only looks, and nothing was written yet: one look at each instance does for all that is compared with it. */
  looks?: boolean;
  /** Whoever asks asks again by himself, and wants to know that an instance is away. */
  isPoll?: boolean;
}

export const scope = new AsyncLocalStorage<Scope>();

const worksNow = (): readonly Work[] => scope.getStore()?.works ?? [];

/** Something is sent that changes an instance. False where it is for no step: what is sent is given up with the rest then. */
export function begin(): boolean {
  const works = worksNow();
  for (const work of works) work.hasBegun = true;
  return works.length > 0;
}

export const hasBegun = (): boolean => worksNow().some((work) => work.hasBegun);

/** What ends the work in hand as long as it has not begun. Of several that are done as one, each ends by itself before. */
export function endsOfWork(): AbortSignal[] {
  const [work, ...more] = worksNow();
  return work?.signal && more.length === 0 ? [work.signal] : [];
}

/** Does what is not given up, whatever comes. */
export const asBegun = <T>(work: () => Promise<T>): Promise<T> =>
  scope.run({ ...scope.getStore(), works: [{ hasBegun: true }] }, work);

/** Does what others may come to wait for, too: it does not end with the work in hand. */
export const forAll = <T>(work: () => Promise<T>): Promise<T> =>
  scope.run({ ...scope.getStore(), works: worksNow().map(({ hasBegun }) => ({ hasBegun })) }, work);

/** Does as one what several are waiting for. */
export function asOne<T>(scopes: readonly (Scope | undefined)[], work: () => Promise<T>): Promise<T> {
  const works = [...new Set(scopes.flatMap((one) => one?.works ?? []))];
  const patience = scopes.flatMap((one) => one?.patienceMs ?? []);
  return scope.run({ works, ...(patience.length > 0 && { patienceMs: Math.max(...patience) }) }, work);
}

export const isLooking = (): boolean => scope.getStore()?.looks === true;

/** How long whoever waits grants the work in hand, where that is bounded. */
export const patienceMs = (): number | undefined => scope.getStore()?.patienceMs;

/** Work that asks again by itself: an instance that is away is not waited for. */
export const polling = <T>(work: () => Promise<T>): Promise<T> =>
  scope.run({ ...scope.getStore(), isPoll: true }, work);
