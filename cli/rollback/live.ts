import { readLive } from "../../topology/live/read.js";
import type { Live } from "../../topology/live/snapshot.js";
import { asking, readInstances } from "../connections.js";
import { Failure } from "../failure.js";
import { say } from "../terminal.js";

/** What the instances of a stack say; nothing where its program has them in itself. */
export async function liveOf(stack: string | undefined): Promise<{ live?: Live; known?: string[] }> {
  const settings = await readInstances(stack === undefined ? {} : { stack }).catch((error) => {
    if (!(error instanceof Failure)) throw error;
    say(`no instance is asked for figures and pinned: ${error.message}`);
  });
  if (!settings) return {};
  const live = await asking(settings, (instances) => readLive(instances));
  for (const { name, problem } of live.silent) say(`not asked: ${name}: ${problem}`);
  return { live, known: Object.keys(settings.instances) };
}
