import type { Name } from "../../scripts/demo/harper.mts";
import type { Driver } from "./driver";
import type { Strike } from "./proxy";
import type { Site } from "./site";

/** How long the provider waits for an answer while something goes wrong. */
export const hastySeconds = 5;
const tooLateMs = hastySeconds * 1000 + 1500;

/** Whom a fault may hit: the instance that is called, the other end, and who calls. */
export interface Ground {
  site: Site;
  driver: Driver;
  called: Name;
  other: Name;
}

export interface Kind {
  name: string;
  /** Of which calls. A read is struck each time, as reads are tried again. */
  of: "writes" | "reads and writes";
  /** The operation that meets it in `make test`, for one of each sort; in `make faults` all do. */
  sample?: string;
  strike(ground: Ground): Strike;
}

type End = Strike["end"];
/** The instance never hears of it, or hears of it after what happens. */
const before = (end: End, act?: () => Promise<void>): Strike => ({ passed: false, act, end });
/** The instance has done it. */
const behind = (end: End, act?: () => Promise<void>): Strike => ({ passed: true, act, end });
const late = (strike: Strike, waitMs = tooLateMs): Strike => ({ ...strike, waitMs });

const boom = { status: 500, body: { error: "boom" } };
const refused = { status: 401, body: { error: "Login failed" } };
const done = { status: 200, body: { message: "done" } };
const peerText = "there was an error updating target node: read ECONNRESET";
const half = { status: 200, body: { message: `Successfully added 'wss://127.0.0.1:9933' to cluster but ${peerText}` } };

const any = "reads and writes";
const writes = "writes";

/** Everything that can happen to one call. */
export const kinds: Kind[] = [
  // The network.
  { name: "the call is lost", of: any, sample: "create a Subscription", strike: () => before("reset") },
  { name: "the answer is lost", of: writes, sample: "create a full Node", strike: () => behind("reset") },
  { name: "half-closed before", of: any, sample: "create a Route", strike: () => before("half-close") },
  { name: "half-closed behind", of: writes, strike: () => behind("half-close") },
  { name: "the answer is cut", of: any, sample: "delete a Route", strike: () => behind("truncate") },
  { name: "delayed", of: any, sample: "replace a Route", strike: () => late(before("answer"), 1000) },
  { name: "never answered", of: any, strike: () => late(before("reset")) },
  { name: "answered too late", of: writes, sample: "create an explicit Node", strike: () => late(behind("answer")) },
  { name: "passed on too late", of: writes, sample: "create a Route", strike: () => late(before("answer")) },
  // The answer.
  { name: "500, nothing done", of: any, strike: () => before(boom) },
  { name: "500, all done", of: writes, sample: "make an explicit Node full", strike: () => behind(boom) },
  { name: "401", of: any, sample: "read a Route", strike: () => before(refused) },
  {
    name: "200 with an error, nothing done",
    of: writes,
    sample: "update the edges of a Node",
    strike: () => before(half),
  },
  { name: "200 with an error, all done", of: writes, sample: "update a Subscription", strike: () => behind(half) },
  { name: "200, nothing done", of: writes, sample: "update the edges of a Node", strike: () => before(done) },
  // The instance that is called, and its peer.
  {
    name: "the instance is killed before",
    of: any,
    sample: "create a Subscription",
    strike: ({ site, called }) => before("reset", () => site.kill(called)),
  },
  {
    name: "the instance is killed behind",
    of: writes,
    strike: ({ site, called }) => behind("reset", () => site.kill(called)),
  },
  {
    name: "the instance restarts behind",
    of: writes,
    sample: "create an explicit Node",
    strike: ({ site, called }) => behind("answer", () => site.restart(called)),
  },
  {
    name: "the instance is cut off behind",
    of: writes,
    strike: ({ site, called }) => behind("reset", () => site.stop(called)),
  },
  {
    name: "the peer is killed before",
    of: writes,
    sample: "create a Node with its edges",
    strike: ({ site, other }) => before("answer", () => site.kill(other)),
  },
  {
    name: "the peer is killed behind",
    of: writes,
    strike: ({ site, other }) => behind("answer", () => site.kill(other)),
  },
  {
    name: "the peer restarts behind",
    of: writes,
    strike: ({ site, other }) => behind("answer", () => site.restart(other)),
  },
  {
    name: "the peer is cut off before",
    of: writes,
    strike: ({ site, other }) => before("answer", () => site.stop(other)),
  },
  {
    name: "the peer is cut off behind",
    of: writes,
    sample: "create an explicit Node",
    strike: ({ site, other }) => behind("answer", () => site.stop(other)),
  },
  // Only from us: the instances go on among themselves.
  {
    name: "the way to the instance is cut before",
    of: any,
    strike: ({ site, called }) => before("reset", async () => site.proxies[called].shut()),
  },
  {
    name: "the way to the instance is cut behind",
    of: writes,
    strike: ({ site, called }) => behind("reset", async () => site.proxies[called].shut()),
  },
  {
    name: "the way to the peer is cut before",
    of: writes,
    sample: "create an explicit Node",
    strike: ({ site, other }) => before("answer", async () => site.proxies[other].shut()),
  },
  // Whoever calls.
  {
    name: "the provider is killed before",
    of: any,
    strike: ({ driver }) => before("reset", () => driver.killProvider()),
  },
  {
    name: "the provider is killed behind",
    of: writes,
    sample: "create an explicit Node",
    strike: ({ driver }) => behind("reset", () => driver.killProvider()),
  },
  {
    name: "the engine is killed before",
    of: any,
    strike: ({ driver }) => before("answer", () => driver.killEngine()),
  },
  {
    name: "the engine is killed behind",
    of: writes,
    sample: "create a Subscription",
    strike: ({ driver }) => behind("answer", () => driver.killEngine()),
  },
];
