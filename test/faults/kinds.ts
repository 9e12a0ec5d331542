import type { Name } from "../../scripts/demo/harper.mts";
import type { Driver } from "./driver";
import type { Strike } from "./proxy";
import type { Site } from "./site";

/** How long the provider waits for an answer, in seconds. */
export const timeoutSeconds = 3;
const tooLateMs = timeoutSeconds * 1000 + 1500;

/** Whom a fault may hit: the instance that is called, the other end, and who calls. */
export interface Ground {
  site: Site;
  driver: Driver;
  called: Name;
  other: Name;
}

export interface Kind {
  name: string;
  strike(ground: Ground): Strike;
  /** Of writes, of reads, or of both. A read is struck each time, as reads are tried again. */
  of: "writes" | "reads" | "both";
}

const peerText = "there was an error updating target node: read ECONNRESET";
const halfDone = { message: `Successfully added 'wss://127.0.0.1:9933' to cluster but ${peerText}` };

const always = (strike: Strike) => () => strike;

/** Everything that can happen to one call. Those that are not `passed` happen before the instance hears of it. */
export const kinds: Kind[] = [
  { name: "the call is lost", of: "both", strike: always({ passed: false, end: "reset" }) },
  { name: "the answer is lost", of: "writes", strike: always({ passed: true, end: "reset" }) },
  { name: "half-closed before it is passed on", of: "both", strike: always({ passed: false, end: "half-close" }) },
  { name: "half-closed before the answer", of: "writes", strike: always({ passed: true, end: "half-close" }) },
  { name: "the answer is cut", of: "both", strike: always({ passed: true, end: "truncate" }) },
  {
    name: "500 and nothing done",
    of: "both",
    strike: always({ passed: false, end: { status: 500, body: { error: "boom" } } }),
  },
  {
    name: "500 and all done",
    of: "writes",
    strike: always({ passed: true, end: { status: 500, body: { error: "boom" } } }),
  },
  { name: "401", of: "both", strike: always({ passed: false, end: { status: 401, body: { error: "Login failed" } } }) },
  {
    name: "200 with an error, and nothing done",
    of: "writes",
    strike: always({ passed: false, end: { status: 200, body: halfDone } }),
  },
  {
    name: "200 with an error, and all done",
    of: "writes",
    strike: always({ passed: true, end: { status: 200, body: halfDone } }),
  },
  {
    name: "200 and nothing done",
    of: "writes",
    strike: always({ passed: false, end: { status: 200, body: { message: "done" } } }),
  },
  { name: "delayed", of: "both", strike: always({ passed: false, waitMs: 1000, end: "answer" }) },
  {
    name: "never passed on, never answered",
    of: "both",
    strike: always({ passed: false, waitMs: tooLateMs, end: "reset" }),
  },
  { name: "answered too late", of: "writes", strike: always({ passed: true, waitMs: tooLateMs, end: "answer" }) },
  {
    name: "passed on after the caller gave up",
    of: "writes",
    strike: always({ passed: false, waitMs: tooLateMs, end: "answer" }),
  },

  {
    name: "the instance is killed before",
    of: "both",
    strike: ({ site, called }) => ({ passed: false, act: () => site.kill(called), end: "reset" }),
  },
  {
    name: "the instance is killed before it answers",
    of: "writes",
    strike: ({ site, called }) => ({ passed: true, act: () => site.kill(called), end: "reset" }),
  },
  {
    name: "the instance restarts behind its answer",
    of: "writes",
    strike: ({ site, called }) => ({ passed: true, act: () => site.restart(called), end: "answer" }),
  },
  {
    name: "the other end is killed before",
    of: "writes",
    strike: ({ site, other }) => ({ passed: false, act: () => site.kill(other), end: "answer" }),
  },
  {
    name: "the other end is killed behind it",
    of: "writes",
    strike: ({ site, other }) => ({ passed: true, act: () => site.kill(other), end: "answer" }),
  },
  {
    name: "the other end restarts behind it",
    of: "writes",
    strike: ({ site, other }) => ({ passed: true, act: () => site.restart(other), end: "answer" }),
  },
  {
    name: "the other end is cut off before",
    of: "writes",
    strike: ({ site, other }) => ({ passed: false, act: () => site.stop(other), end: "answer" }),
  },
  {
    name: "the other end is cut off behind it",
    of: "writes",
    strike: ({ site, other }) => ({ passed: true, act: () => site.stop(other), end: "answer" }),
  },
  {
    name: "the instance is cut off behind it",
    of: "writes",
    strike: ({ site, called }) => ({ passed: true, act: () => site.stop(called), end: "reset" }),
  },
  {
    name: "its operations API is cut off before",
    of: "both",
    strike: ({ site, called }) => ({ passed: false, act: async () => site.proxies[called].shut(), end: "reset" }),
  },
  {
    name: "its operations API is cut off behind it",
    of: "writes",
    strike: ({ site, called }) => ({ passed: true, act: async () => site.proxies[called].shut(), end: "reset" }),
  },
  {
    name: "the other end's operations API is cut off before",
    of: "writes",
    strike: ({ site, other }) => ({ passed: false, act: async () => site.proxies[other].shut(), end: "answer" }),
  },

  {
    name: "the provider is killed before",
    of: "both",
    strike: ({ driver }) => ({ passed: false, act: () => driver.killProvider(), end: "reset" }),
  },
  {
    name: "the provider is killed before the answer",
    of: "writes",
    strike: ({ driver }) => ({ passed: true, act: () => driver.killProvider(), end: "answer" }),
  },
  {
    name: "the engine is killed before",
    of: "both",
    strike: ({ driver }) => ({ passed: false, act: () => driver.killEngine(), end: "answer" }),
  },
  {
    name: "the engine is killed before the answer",
    of: "writes",
    strike: ({ driver }) => ({ passed: true, act: () => driver.killEngine(), end: "answer" }),
  },
];
