// The stand-in in a process of its own, so that its work is in nobody's figures. Started by index.mts, which talks to it.
import type { FakeClusterOptions } from "../../test/fake/index.ts";
import { loadFake } from "./compile.mts";
import { type Calls, countCalls } from "./counts.mts";

export type Ask = { start: { options: FakeClusterOptions } } | { take: true };
export type Answer = { connections: Record<string, Connection> } | { calls: Calls };

/** As in harper:instances. */
export interface Connection {
  endpoint: string;
  username: string;
  password: string;
}

const [, , compiled = ""] = process.argv;
const { startFakeCluster } = loadFake(compiled);
type Cluster = Awaited<ReturnType<typeof startFakeCluster>>;
let cluster: Cluster | undefined;

async function answer(ask: Ask): Promise<Answer> {
  if ("start" in ask) {
    cluster = await startFakeCluster(ask.start.options);
    const entries = Object.values(cluster.instances).map(({ name, endpoint, username, password }) => [
      name,
      { endpoint, username, password },
    ]);
    return { connections: Object.fromEntries(entries) };
  }
  const taken = Object.values((cluster as Cluster).instances).flatMap(({ name, calls }) =>
    // Whoever was stopped may have left a call without an answer.
    calls.splice(0).map(({ operation, at, until = Date.now() }) => ({ instance: name, operation, at, until })),
  );
  return { calls: countCalls(taken) };
}

process.on("message", (ask: Ask) => {
  void answer(ask).then((given) => process.send?.(given));
});
process.once("disconnect", () => process.exit());
// A terminal interrupts everybody; the stand-in stays until the others have ended.
process.on("SIGINT", () => {});
