import { onBehalfOf } from "../burst";
import type { Instance } from "../instances";
import { addressOf, HarperError, type WireRoute } from "../operations-api";
import { isAsDeclared, type KnownRoute, listOf, nameOf } from "./route-list";

/** How often a list is written that others write, too, and how long it has to stay as it is. */
const mostTries = 8;
const watchMs = 200;

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
  for (let left = mostTries; ; ) {
    const began = performance.now();
    const hasWritten = await sync();
    const tookMs = performance.now() - began;
    if (hasWritten) await at.client.pause("set_configuration", Math.max(watchMs, 4 * tookMs) * (1 + Math.random()));
    at.client.forget();
    const wrong = wrongIn(await at.client.storedRoutes());
    if (wrong.length === 0 || --left === 0) return wrong;
  }
}

/** Always by set_configuration: the route operations know neither order nor settings. */
async function syncList(at: Instance, list: KnownRoute[]): Promise<boolean> {
  at.client.forget();
  if (isAsDeclared(await at.client.storedRoutes(), list)) return false;
  await at.client.rewriteRoutes((now) => listOf(now, list));
  return true;
}

/** Reads the list right before it is written, and once more where that took no effect; answers whether it was written. */
async function syncRoutes(at: Instance, writes: RouteWrite[], isSecond = false): Promise<boolean> {
  at.client.forget();
  const [stored, memory] = await Promise.all([at.client.storedRoutes(), at.client.getRoutes()]);
  const { kept, added, removed } = changed(stored, writes);
  if (added.length + removed.length === 0) return false;

  const isSafe = !isSecond && isTruthful(stored, memory);
  if (isSafe && removed.length === 0) await at.client.setRoutes(added);
  else if (isSafe && added.length === 0 && removed.every((one) => typeof one === "string"))
    await at.client.deleteRoutes(removed);
  else
    await at.client.rewriteRoutes((now) => {
      const last = changed(now, writes);
      return [...last.kept, ...last.added];
    });
  if (!isSecond && !isAsMeant(await at.client.storedRoutes(), kept, added)) await syncRoutes(at, writes, true);
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

/** Harper's route operations start from what the process read when it started: safe only where the file says the same. */
const isTruthful = (stored: WireRoute[], memory: WireRoute[]) =>
  stored.length > 0 && JSON.stringify(stored) === JSON.stringify(memory);

function isAsMeant(now: WireRoute[], kept: WireRoute[], added: string[]): boolean {
  return JSON.stringify(now) === JSON.stringify([...kept, ...added]);
}

const notApplied = (at: Instance, { address, there }: RouteWrite) =>
  new HarperError("notApplied", {
    operation: there ? "cluster_set_routes" : "cluster_delete_routes",
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
