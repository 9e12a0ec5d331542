import { HarperError, scope } from "../operations-api";

/** What a user allows one operation of one resource: Pulumi's `customTimeouts`, in seconds. 0 and nothing set no limit. */
export async function within<T>(
  seconds: number | undefined,
  what: string,
  instance: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!seconds) return scope.run({ ...scope.getStore(), works: [{ hasBegun: false }] }, work);
  // A timer takes no more than 24 days, and would end at once.
  const milliseconds = Math.min(Math.ceil(seconds * 1000), 2 ** 31 - 1);
  const expired = Promise.withResolvers<never>();
  const over = new AbortController();
  const timer = setTimeout(() => {
    const problem = `not done within the ${seconds} s that customTimeouts allows`;
    expired.reject(new HarperError("timeout", { operation: what, instance, problem }));
    over.abort();
  }, milliseconds);
  const works = [{ hasBegun: false, signal: over.signal }];
  try {
    return await Promise.race([
      scope.run({ ...scope.getStore(), patienceMs: milliseconds, works }, work),
      expired.promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
