import { HarperError, scope } from "../operations-api";

/** What a user allows one operation of one resource: Pulumi's `customTimeouts`, in seconds. 0 and nothing set no limit. */
export async function within<T>(
  seconds: number | undefined,
  what: string,
  instance: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!seconds) return scope.run({ ...scope.getStore() }, work);
  // A timer takes no more than 24 days, and would end at once.
  const milliseconds = Math.min(Math.ceil(seconds * 1000), 2 ** 31 - 1);
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const problem = `not done within the ${seconds} s that customTimeouts allows`;
    expired.reject(new HarperError("timeout", { operation: what, instance, problem }));
  }, milliseconds);
  try {
    return await Promise.race([scope.run({ ...scope.getStore(), patienceMs: milliseconds }, work), expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
