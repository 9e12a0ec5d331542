import { setTimeout } from "node:timers/promises";
import type { Settings } from "../provider/config.js";
import { readLive } from "../topology/live/read.js";
import { socketRows } from "../topology/show/sockets.js";
import { withInstances } from "./connections.js";
import { table } from "./table.js";
import { print } from "./terminal.js";

/** How often to look, and for how long; for ever where nothing is said, until it is interrupted. */
export interface Watch {
  everyMs: number;
  forMs: number | undefined;
}

/** Shows the sockets again and again: in place at a terminal, else whenever they are otherwise. */
export async function watch(settings: Settings, { everyMs, forMs = Number.POSITIVE_INFINITY }: Watch): Promise<void> {
  const end = performance.now() + forMs;
  let shown: string | undefined;
  for (;;) {
    // Connected anew each time: what a client has kept is of the look before.
    const live = await withInstances(settings, (instances) => readLive(instances));
    const silent = live.silent.map(({ name, problem }) => `not asked: ${name}: ${problem}`);
    const text = [table(socketRows(live)), ...silent].join("\n");
    if (process.stdout.isTTY) print(`\x1b[H\x1b[2J${text}`);
    else if (text !== shown) print(shown === undefined ? text : `\n${text}`);
    shown = text;
    if (performance.now() + everyMs > end || !process.stdout.writable) return;
    await setTimeout(everyMs);
  }
}
