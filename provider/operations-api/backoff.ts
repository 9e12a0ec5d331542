import { HarperError } from "./errors";
import { type Answer, isAway } from "./transport";

const firstPauseMs = 200;
const mostPauseMs = 2000;

/** How long to wait before another try: twice as long each time, and not all at the same moment. */
export function pauseMs(tries: number, chance: number): number {
  const pause = Math.min(firstPauseMs * 2 ** (tries - 1), mostPauseMs);
  return pause / 2 + chance * pause;
}

/** The statuses of a server that cannot answer at the moment, or of a proxy that cannot reach it. */
export const isRefusal = (status: number): boolean => [429, 502, 503, 504].includes(status);

/** Whether it asks to come again later. */
export const isBusy = ({ status, retryAfterMs }: Answer): boolean =>
  status === 429 || (status === 503 && retryAfterMs !== undefined);

/** Whether another try may go better. */
export const isPassing = ({ code, status }: HarperError): boolean =>
  code === "unreachable" || (status !== undefined && isRefusal(status));

/** What `Retry-After` asks for, in seconds or as a date; undefined where it says neither. */
export function retryAfterIn(header: string | string[] | undefined, now: number): number | undefined {
  const text = [header].flat()[0]?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** What Harper says where it could not reach a peer that does not run. */
const peerAway = /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up/;

/**
 * Who was away or too busy for a write that failed, so that it may go better later. After a time limit, or with a proxy's,
 * it may still be under way: that is none of these.
 */
export function whoWasAway(error: unknown): "target" | "peer" | undefined {
  if (!(error instanceof HarperError)) return undefined;
  const { code, status, problem } = error;
  if ((code === "unreachable" && isAway(error)) || code === "busy" || status === 502 || status === 503) return "target";
  return (code === "halfDone" || code === "failed") && peerAway.test(problem) ? "peer" : undefined;
}
