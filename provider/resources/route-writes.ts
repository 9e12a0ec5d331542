import { onBehalfOf } from "../burst";
import type { Instance } from "../instances";
import { addressOf, HarperError, type WireRoute } from "../operations-api";
import { isAsDeclared, type KnownRoute, listOf, nameOf } from "./route-list";

/** How often a list is written that others write, too, and how long it has to stay as it is: longer where writing takes long. */
const mostTries = 8;
const watchMs = 200;
const mostWatchMs = 3000;

export interface RouteWrite {
  address: string;
  there: boolean;
}

/** Writes a burst of routes. What stands in the file keeps its place and its spelling; new ones follow in their order. */
export async function writeRoutes(at: Instance, writes: RouteWrite[]): Promise<unknown[]> {
  const failed = await untilItStands(
    at,
    () => syncRoutes(at, writes),
    (stored) => {
      const now = new Set(stored.map(addressOf));
      return writes.filter(({ address, there }) => now.has(address) !== there);
    },
  );
  return writes.map((write) => (failed.includes(write) ? notApplied(at, write) : undefined));
}

/** Writes the whole list; a burst has one for each Routes that names the instance. */
export async function writeLists(at: Instance, lists: KnownRoute[][]): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const list of lists) {
    const wrong = (stored: WireRoute[]) => (isAsDeclared(stored, list) ? [] : [stored]);
    const [found] = await onBehalfOf([list], () => untilItStands(at, () => syncList(at, list), wrong));
    outcomes.push(found && notAsDeclared(at, found, list));
  }
  return outcomes;
}

/**
 * Others may write the list at the same time, from what they read before: it is looked at again later, and mended. Answers
 * what is wrong in the end.
 */
async function untilItStands<T>(
  at: Instance,
  sync: () => Promise<boolean>,
  wrongIn: (stored: WireRoute[]) => T[],
): Promise<T[]> {
  // A version without routes refuses this, before anything is written.
  await at.client.getRoutes();
  for (let left = mostTries; ; ) {
    const began = performance.now();
    const hasWritten = await sync();
    const tookMs = performance.now() - began;
    const pauseMs = Math.max(watchMs, 4 * tookMs) * (1 + Math.random());
    if (hasWritten) await at.client.pause("set_configuration", Math.min(mostWatchMs, pauseMs));
    at.client.forget();
    const wrong = wrongIn(await at.client.storedRoutes());
    if (wrong.length === 0 || --left === 0) return wrong;
  }
}

/** The route operations know neither order nor settings, either. */
async function syncList(at: Instance, list: KnownRoute[]): Promise<boolean> {
  at.client.forget();
  if (isAsDeclared(await at.client.storedRoutes(), list)) return false;
  await at.client.rewriteRoutes((now) => listOf(now, list));
  return true;
}

/**
 * Always by set_configuration: after a route operation the process says that it has the list, and dials it only after a
 * restart all the same.
 */
async function syncRoutes(at: Instance, writes: RouteWrite[]): Promise<boolean> {
  at.client.forget();
  const { added, removed } = changed(await at.client.storedRoutes(), writes);
  if (added.length + removed.length === 0) return false;
  await at.client.rewriteRoutes((now) => {
    const last = changed(now, writes);
    return [...last.kept, ...last.added];
  });
  return true;
}

/** What stays of a list, what comes and what goes. */
function changed(stored: WireRoute[], writes: RouteWrite[]) {
  const gone = new Set(writes.filter(({ there }) => !there).map(({ address }) => address));
  const known = new Set(stored.map(addressOf));
  const wanted = writes.filter(({ there, address }) => there && !known.has(address)).map(({ address }) => address);
  const added = [...new Set(wanted)].sort();
  const kept = stored.filter((one) => !gone.has(addressOf(one) ?? ""));
  const removed = stored.filter((one) => gone.has(addressOf(one) ?? ""));
  return { kept, added, removed };
}

const notApplied = (at: Instance, { address, there }: RouteWrite) =>
  new HarperError("notApplied", {
    operation: "set_configuration",
    instance: at.name,
    problem: `${address} is ${there ? "not in" : "still in"} the configuration`,
  });

const notAsDeclared = (at: Instance, stored: WireRoute[], list: KnownRoute[]) =>
  new HarperError("notApplied", {
    operation: "set_configuration",
    instance: at.name,
    problem: `the routes in the configuration are ${named(stored.map(nameOf))}, and were set to ${named(list.map(({ url }) => url))}`,
    advice: "Somebody else may write the list, too: see that nobody does, and run `pulumi up` again.",
  });

const named = (names: string[]) => names.join(", ") || "none";
