import { type HarperClient, HarperError } from "./operations-api";

const pauseMs = 250;

/** Asks until `probe` is true. False when it was not within `boundMs`. */
export async function becomes(
  client: HarperClient,
  operation: string,
  boundMs: number,
  probe: () => Promise<boolean>,
): Promise<boolean> {
  for (let waited = 0; ; waited += pauseMs) {
    if (await probe()) return true;
    if (waited >= boundMs) return false;
    await client.pause(operation, pauseMs);
  }
}

/** As `becomes`, but throws `notApplied` with the given problem. */
export async function must(
  client: HarperClient,
  operation: string,
  boundMs: number,
  problem: string,
  probe: () => Promise<boolean>,
): Promise<void> {
  if (await becomes(client, operation, boundMs, probe)) return;
  throw new HarperError("notApplied", {
    operation,
    instance: client.name,
    problem: `${problem} after ${boundMs / 1000} s`,
  });
}
